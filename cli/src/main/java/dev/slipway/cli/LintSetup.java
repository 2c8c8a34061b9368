package dev.slipway.cli;

import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.lint.ConfigException;
import dev.slipway.lint.ConfigReader;
import dev.slipway.lint.ConfigSources;
import dev.slipway.lint.LintConfig;
import dev.slipway.lint.Severity;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The configuration of a `slipway lint`, from everywhere it may come from.
final class LintSetup {
    private final @Nullable Parsed line;
    private final Session session;
    private final Path directory;

    /// @param line null without a command line of its own
    LintSetup(@Nullable Parsed line, Session session, Path directory) {
        this.line = line;
        this.session = session;
        this.directory = directory;
    }

    LintConfig.Draft draft() throws UsageException, CommandException {
        LintConfig.Draft draft = new LintConfig.Draft();
        ConfigSources.environment(session.environment(), draft);
        hadolint(draft);
        project(draft);
        if (line != null) {
            commandLine(line, draft);
        }
        return draft;
    }

    private void hadolint(LintConfig.Draft draft) throws UsageException {
        String given = line == null ? null : line.text(LintFlags.CONFIG);
        Path file = given != null ? Path.of(given) : hadolintFile();
        if (file == null) {
            return;
        }
        if (line != null && line.is(LintFlags.VERBOSE)) {
            session.err().println("Configuration: " + file);
        }
        try {
            ConfigReader.hadolint(file.toString(), Files.readString(file), draft);
        } catch (IOException | ConfigException e) {
            // As hadolint does: say so, and go on without it.
            String what = e instanceof ConfigException ? "" : file + ": cannot be read: ";
            session.err().println("warning: " + what + e.getMessage());
        }
    }

    private @Nullable Path hadolintFile() {
        for (Path file : ConfigSources.hadolintFiles(directory, session.environment())) {
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }

    private void project(LintConfig.Draft draft) throws CommandException {
        Path file = directory.resolve("slipway.yaml");
        if (!Files.isRegularFile(file)) {
            return;
        }
        try {
            List<String> unknown =
                    ConfigReader.slipway("slipway.yaml", Files.readString(file), draft);
            for (String key : unknown) {
                session.err().println("warning: slipway.yaml: lint." + key + " is not known");
            }
        } catch (IOException e) {
            throw new CommandException("slipway.yaml cannot be read: " + e.getMessage(), null);
        } catch (ConfigException e) {
            throw new CommandException(String.valueOf(e.getMessage()), "Correct it.");
        }
    }

    private static void commandLine(Parsed line, LintConfig.Draft draft) throws UsageException {
        draft.ignore(line.texts(LintFlags.IGNORE));
        override(line, LintFlags.ERROR, Severity.ERROR, draft);
        override(line, LintFlags.WARNING, Severity.WARNING, draft);
        override(line, LintFlags.INFO, Severity.INFO, draft);
        override(line, LintFlags.STYLE, Severity.STYLE, draft);
        line.texts(LintFlags.REGISTRY).forEach(draft::trust);
        line.texts(LintFlags.FORMAT).forEach(draft::format);
        line.texts(LintFlags.EXPERIMENTAL).forEach(draft::experimental);
        for (String label : line.texts(LintFlags.LABEL)) {
            if (!ConfigSources.requireLabel(label, draft)) {
                throw Parsed.wrongValue(
                        LintFlags.LABEL,
                        label,
                        "NAME:TYPE with text, url, semver, hash, rfc3339, spdx or email");
            }
        }
        for (String argument : line.texts(LintFlags.BUILD_ARG)) {
            int equals = argument.indexOf('=');
            if (equals > 0) {
                draft.buildArgument(argument.substring(0, equals), argument.substring(equals + 1));
            }
        }
        flags(line, draft);
    }

    private static void flags(Parsed line, LintConfig.Draft draft) throws UsageException {
        if (line.has(LintFlags.STRICT)) {
            draft.strictLabels(line.is(LintFlags.STRICT));
        }
        if (line.has(LintFlags.NO_PRAGMA)) {
            draft.noPragmas(line.is(LintFlags.NO_PRAGMA));
        }
        if (line.has(LintFlags.NO_FAIL)) {
            draft.noFail(line.is(LintFlags.NO_FAIL));
        }
        if (line.has(LintFlags.NO_COLOR)) {
            draft.noColor(line.is(LintFlags.NO_COLOR));
        }
        Severity threshold =
                line.has(LintFlags.THRESHOLD)
                        ? Severity.of(line.text(LintFlags.THRESHOLD, "info"))
                        : null;
        if (threshold != null) {
            draft.threshold(threshold);
        }
        String set = line.text(LintFlags.RULE_SET);
        if (set != null) {
            draft.ruleSet(set);
        }
        String platform = line.text(LintFlags.PLATFORM);
        if (platform != null) {
            draft.platform(platform);
        }
        if (line.text(LintFlags.SHELLCHECK, "auto").equals("off")) {
            draft.shellCheck(false);
        }
    }

    private static void override(
            Parsed line, Option option, Severity severity, LintConfig.Draft draft) {
        for (String code : line.texts(option)) {
            draft.override(code, severity);
        }
    }
}
