package dev.slipway.lint;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads `.hadolint.yaml` with all its keys, and the section `lint` of `slipway.yaml`, which has
/// the same and more.
public final class ConfigReader {
    private static final int MAX_CHARACTERS = 1 << 20;
    private static final Set<String> OURS =
            Set.of(
                    "rules",
                    "rule-set",
                    "exclude",
                    "shellcheck",
                    "experimental",
                    "build-args",
                    "platform");

    private final String file;
    private final LintConfig.Draft draft;
    private final List<String> unknown = new ArrayList<>();

    private ConfigReader(String file, LintConfig.Draft draft) {
        this.file = file;
        this.draft = draft;
    }

    /// Adds what a hadolint configuration says. Keys that hadolint does not know are passed over.
    ///
    /// @throws ConfigException if it is no YAML mapping or a value is of another kind than it must
    ///   be; nothing of it is added then
    public static void hadolint(String file, String text, LintConfig.Draft draft)
            throws ConfigException {
        Map<?, ?> root = mapping(file, text);
        new ConfigReader(file, new LintConfig.Draft()).read(root, false);
        new ConfigReader(file, draft).read(root, false);
    }

    /// Adds what the section `lint` of a project's configuration says.
    ///
    /// @return keys that mean nothing
    /// @throws ConfigException as for [#hadolint]
    public static List<String> slipway(String file, String text, LintConfig.Draft draft)
            throws ConfigException {
        Object section = mapping(file, text).get("lint");
        if (section == null) {
            return List.of();
        }
        if (!(section instanceof Map<?, ?> lint)) {
            throw new ConfigException(file, "lint must be a mapping");
        }
        ConfigReader reader = new ConfigReader(file, draft);
        reader.read(lint, true);
        return reader.unknown;
    }

    private static Map<?, ?> mapping(String file, String text) throws ConfigException {
        LoadSettings settings =
                LoadSettings.builder()
                        .setLabel(file)
                        .setCodePointLimit(MAX_CHARACTERS)
                        .setMaxAliasesForCollections(10)
                        .build();
        try {
            Object root = new Load(settings).loadFromString(text);
            if (root == null) {
                return Map.of();
            }
            if (root instanceof Map<?, ?> map) {
                return map;
            }
            throw new ConfigException(file, "expected 'key: value' lines");
        } catch (YamlEngineException e) {
            throw new ConfigException(file, String.valueOf(e.getMessage()).strip());
        }
    }

    private void read(Map<?, ?> map, boolean ours) throws ConfigException {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = String.valueOf(entry.getKey());
            Object value = entry.getValue();
            if (value == null) {
                continue;
            }
            if (!known(key, value) && !(ours && OURS.contains(key) && own(key, value))) {
                unknown.add(key);
            }
        }
    }

    // The keys of hadolint; false for another.
    private boolean known(String key, Object value) throws ConfigException {
        switch (key) {
            case "failure-threshold" -> draft.threshold(severity(key, value));
            case "format" -> draft.format(text(key, value));
            case "formats" -> texts(key, value).forEach(draft::format);
            case "no-color" -> draft.noColor(flag(key, value));
            case "no-fail" -> draft.noFail(flag(key, value));
            case "verbose" -> draft.verbose(flag(key, value));
            case "ignored" -> draft.ignore(texts(key, value));
            case "override" -> overrides(value);
            case "trustedRegistries", "trusted-registries" ->
                    texts(key, value).forEach(draft::trust);
            case "label-schema" -> labels(value);
            case "strict-labels" -> draft.strictLabels(flag(key, value));
            case "disable-ignore-pragma" -> draft.noPragmas(flag(key, value));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean own(String key, Object value) throws ConfigException {
        switch (key) {
            case "rules" -> {
                for (Map.Entry<?, ?> entry : map(key, value).entrySet()) {
                    String rule = String.valueOf(entry.getKey());
                    Severity severity = severity(key + "." + rule, entry.getValue());
                    if (severity == Severity.IGNORE) {
                        draft.ignore(List.of(rule));
                    } else {
                        draft.override(rule, severity);
                    }
                }
            }
            case "rule-set" -> draft.ruleSet(text(key, value));
            case "exclude" -> texts(key, value).forEach(draft::exclude);
            case "shellcheck" -> draft.shellCheck(flag(key, value));
            case "experimental" -> texts(key, value).forEach(draft::experimental);
            case "build-args" -> {
                for (Map.Entry<?, ?> entry : map(key, value).entrySet()) {
                    draft.buildArgument(
                            String.valueOf(entry.getKey()), String.valueOf(entry.getValue()));
                }
            }
            case "platform" -> draft.platform(text(key, value));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void overrides(Object value) throws ConfigException {
        for (Map.Entry<?, ?> entry : map("override", value).entrySet()) {
            String level = String.valueOf(entry.getKey());
            Severity severity = Severity.of(level);
            Object codes = entry.getValue();
            if (severity == null || severity == Severity.IGNORE || codes == null) {
                continue; // hadolint has four lists
            }
            for (String code : texts("override." + level, codes)) {
                draft.override(code, severity);
            }
        }
    }

    private void labels(Object value) throws ConfigException {
        for (Map.Entry<?, ?> entry : map("label-schema", value).entrySet()) {
            Object name = entry.getValue();
            LabelType type = LabelType.of(name == null ? "" : String.valueOf(name));
            if (type == null) {
                throw new ConfigException(
                        file,
                        "label-schema: "
                                + name
                                + " is no type: want text, url, semver, hash, rfc3339, spdx or"
                                + " email");
            }
            draft.label(String.valueOf(entry.getKey()), type);
        }
    }

    private Severity severity(String key, @Nullable Object value) throws ConfigException {
        Severity severity = Severity.of(String.valueOf(value));
        if (severity == null) {
            throw new ConfigException(
                    file,
                    key + ": " + value + " is none of error, warning, info, style, ignore, none");
        }
        return severity;
    }

    private Map<?, ?> map(String key, Object value) throws ConfigException {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new ConfigException(file, key + " must be a mapping");
    }

    private String text(String key, Object value) throws ConfigException {
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return String.valueOf(value);
        }
        throw new ConfigException(file, key + " must be text");
    }

    private List<String> texts(String key, Object value) throws ConfigException {
        if (!(value instanceof List<?> list)) {
            return List.of(text(key, value));
        }
        List<String> texts = new ArrayList<>();
        for (Object element : list) {
            texts.add(text(key, element == null ? "" : element));
        }
        return texts;
    }

    private boolean flag(String key, Object value) throws ConfigException {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new ConfigException(file, key + " must be true or false");
    }
}
