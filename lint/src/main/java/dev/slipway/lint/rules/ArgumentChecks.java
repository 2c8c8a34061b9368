package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.ArgDefinition;
import dev.slipway.dockerfile.Expander;
import dev.slipway.dockerfile.Expansion;
import dev.slipway.dockerfile.ExpansionException;
import dev.slipway.dockerfile.From;
import dev.slipway.image.InvalidReferenceException;
import dev.slipway.image.Reference;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Global arguments in `FROM`.
final class ArgumentChecks implements Check {
    /// Arguments that every build has.
    static final List<String> PLATFORM =
            List.of(
                    "BUILDPLATFORM",
                    "BUILDOS",
                    "BUILDOSVERSION",
                    "BUILDARCH",
                    "BUILDVARIANT",
                    "TARGETPLATFORM",
                    "TARGETOS",
                    "TARGETOSVERSION",
                    "TARGETARCH",
                    "TARGETVARIANT",
                    "TARGETSTAGE");

    @Override
    public void check(LintFile file, Findings findings) {
        Expander expander = new Expander(file.dockerfile().escape());
        Map<String, String> defaults = defaults(file, expander);
        for (StageModel stage : file.stages()) {
            From from = stage.from();
            if (from != null) {
                undeclared(from, from.platform(), defaults, expander, findings);
                undeclared(from, from.image(), defaults, expander, findings);
                invalidDefault(from, defaults, expander, findings);
            }
        }
    }

    /// Returns the global arguments with their defaults; empty text for those without.
    static Map<String, String> defaults(LintFile file, Expander expander) {
        Map<String, String> values = new HashMap<>();
        for (String name : PLATFORM) {
            values.put(name, platformValue(name, file.settings().platform()));
        }
        for (Arg arg : file.dockerfile().globalArgs()) {
            for (ArgDefinition definition : arg.definitions()) {
                String value = definition.defaultValue();
                values.put(definition.name(), value == null ? "" : expand(expander, value, values));
            }
        }
        return values;
    }

    private static String platformValue(String name, String platform) {
        String[] parts = {"", "", ""};
        int part = 0;
        int start = 0;
        for (int i = 0; i <= platform.length() && part < 3; i++) {
            if (i == platform.length() || platform.charAt(i) == '/') {
                parts[part++] = platform.substring(start, i);
                start = i + 1;
            }
        }
        if (name.endsWith("PLATFORM")) {
            return platform;
        }
        if (name.endsWith("OS")) {
            return parts[0];
        }
        return name.endsWith("ARCH") ? parts[1] : name.endsWith("VARIANT") ? parts[2] : "";
    }

    private static String expand(Expander expander, String word, Map<String, String> values) {
        try {
            return expander.expand(word, values::get);
        } catch (ExpansionException e) {
            return "";
        }
    }

    private static void undeclared(
            From from,
            @Nullable String word,
            Map<String, String> declared,
            Expander expander,
            Findings findings) {
        if (word == null || word.indexOf('$') < 0) {
            return;
        }
        Expansion expansion;
        try {
            expansion = expander.process(word, declared::get);
        } catch (ExpansionException e) {
            return; // the parser or the build says so
        }
        for (String name : expansion.unset()) {
            String meant = Wording.nearest(name, sorted(declared));
            findings.at(from)
                    .as(
                            "UndefinedArgInFrom",
                            "FROM argument '"
                                    + name
                                    + "' is not declared"
                                    + (meant == null ? "" : " (did you mean " + meant + "?)"))
                    .add();
        }
    }

    private static List<String> sorted(Map<String, String> declared) {
        List<String> names = new ArrayList<>(declared.keySet());
        names.sort(null);
        return names;
    }

    private static void invalidDefault(
            From from, Map<String, String> defaults, Expander expander, Findings findings) {
        if (from.image().indexOf('$') < 0) {
            return;
        }
        String image = expand(expander, from.image(), defaults);
        try {
            Reference.parse(image);
        } catch (InvalidReferenceException e) {
            findings.at(from, from.source().arguments().getFirst().range())
                    .as(
                            "InvalidDefaultArgInFrom",
                            "Default value for ARG "
                                    + from.image()
                                    + " results in empty or invalid base image name")
                    .add();
        }
    }
}
