package dev.slipway.lint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Where configuration comes from besides the command line, the weakest first: variables of the
/// environment, hadolint's configuration, `slipway.yaml`.
public final class ConfigSources {
    private ConfigSources() {}

    /// Returns where hadolint's configuration may be; the first that exists counts, and no other.
    ///
    /// @param directory the working directory
    public static List<Path> hadolintFiles(Path directory, Map<String, String> environment) {
        List<Path> files = new ArrayList<>();
        add(files, directory, ".hadolint");
        String home = environment.getOrDefault("HOME", "");
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        if (!config.isEmpty()) {
            add(files, Path.of(config), "hadolint");
        } else if (!home.isEmpty()) {
            add(files, Path.of(home, ".config"), "hadolint");
        }
        if (!home.isEmpty()) {
            add(files, Path.of(home, ".hadolint"), "hadolint");
            add(files, Path.of(home, ".hadolint"), "config");
            add(files, Path.of(home), ".hadolint");
        }
        return files;
    }

    private static void add(List<Path> files, Path directory, String name) {
        files.add(directory.resolve(name + ".yaml"));
        files.add(directory.resolve(name + ".yml"));
    }

    /// Adds what hadolint's variables say; values that make no sense are passed over, as hadolint
    /// does.
    public static void environment(Map<String, String> environment, LintConfig.Draft draft) {
        if (environment.containsKey("NO_COLOR")) {
            draft.noColor(true);
        }
        if (flag(environment, "HADOLINT_NOFAIL")) {
            draft.noFail(true);
        }
        if (flag(environment, "HADOLINT_VERBOSE")) {
            draft.verbose(true);
        }
        if (flag(environment, "HADOLINT_STRICT_LABELS")) {
            draft.strictLabels(true);
        }
        if (flag(environment, "HADOLINT_DISABLE_IGNORE_PRAGMA")) {
            draft.noPragmas(true);
        }
        list(environment, "HADOLINT_FORMAT").forEach(draft::format);
        Severity threshold =
                Severity.of(environment.getOrDefault("HADOLINT_FAILURE_THRESHOLD", ""));
        if (threshold != null) {
            draft.threshold(threshold);
        }
        for (Severity severity :
                List.of(Severity.ERROR, Severity.WARNING, Severity.INFO, Severity.STYLE)) {
            String name = "HADOLINT_OVERRIDE_" + severity.text().toUpperCase(Locale.ROOT);
            for (String code : list(environment, name)) {
                draft.override(code, severity);
            }
        }
        draft.ignore(list(environment, "HADOLINT_IGNORE"));
        list(environment, "HADOLINT_TRUSTED_REGISTRIES").forEach(draft::trust);
        for (String label : list(environment, "HADOLINT_REQUIRE_LABELS")) {
            requireLabel(label, draft);
        }
    }

    /// Adds a label written `name:type`.
    ///
    /// @return false if there is no such type
    public static boolean requireLabel(String label, LintConfig.Draft draft) {
        int colon = label.indexOf(':');
        LabelType type = LabelType.of(colon < 0 ? "" : label.substring(colon + 1));
        if (type == null) {
            return false;
        }
        draft.label(colon < 0 ? label : label.substring(0, colon), type);
        return true;
    }

    private static boolean flag(Map<String, String> environment, String name) {
        return switch (environment.getOrDefault(name, "").toLowerCase(Locale.ROOT)) {
            case "1", "y", "on", "true", "yes" -> true;
            default -> false;
        };
    }

    private static List<String> list(Map<String, String> environment, String name) {
        List<String> list = new ArrayList<>();
        String text = environment.getOrDefault(name, "");
        int start = 0;
        while (start <= text.length()) {
            int comma = text.indexOf(',', start);
            int end = comma < 0 ? text.length() : comma;
            String item = text.substring(start, end).strip();
            if (!item.isEmpty()) {
                list.add(item);
            }
            start = end + 1;
        }
        return list;
    }
}
