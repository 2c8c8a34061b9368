package dev.slipway.build;

import org.jspecify.annotations.Nullable;

/// What a provenance says, and how: BuildKit's options of `--attest type=provenance`.
///
/// @param max whether it names everything: build arguments and labels with their values, secrets
///   and ssh agents by id, the steps, and the Dockerfile's text; else only what is safe to publish
/// @param version of the predicate
/// @param builderId who vouches for the builder, as a URI; empty: nobody
/// @param fileName of a provenance that is written as a file
/// @param reproducible whether the builder says that the build is reproducible
/// @param inlineOnly whether it is put beside images only
public record ProvenanceOptions(
        boolean max,
        Version version,
        String builderId,
        String fileName,
        boolean reproducible,
        boolean inlineOnly) {
    /// Versions of the SLSA provenance predicate.
    public enum Version {
        V1("https://slsa.dev/provenance/v1"),
        V0_2("https://slsa.dev/provenance/v0.2");

        private final String predicateType;

        Version(String predicateType) {
            this.predicateType = predicateType;
        }

        String predicateType() {
            return predicateType;
        }
    }

    /// All that is safe to publish, in the version of today.
    public static final ProvenanceOptions MIN =
            new ProvenanceOptions(false, Version.V1, "", "provenance.json", false, false);

    /// Reads a list of fields: `mode=max,version=v1,builder-id=…`.
    ///
    /// @return null if the list says that there is to be none
    /// @throws IllegalArgumentException if it makes no sense; the message says why
    public static @Nullable ProvenanceOptions parse(String text) {
        boolean max = true; // as BuildKit has it where nothing is said
        var version = Version.V1;
        var builder = "";
        var file = MIN.fileName();
        boolean reproducible = false;
        boolean inlineOnly = false;
        boolean disabled = false;
        for (var field : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int eq = field.indexOf('=');
            var name = eq < 0 ? field : field.substring(0, eq);
            var value = eq < 0 ? "true" : field.substring(eq + 1);
            switch (name) {
                case "type" -> requireProvenance(value);
                case "true", "1" -> disabled = false;
                case "false", "0" -> disabled = true;
                case "mode" -> max = isMax(value);
                case "version" -> version = version(value);
                case "builder-id" -> builder = value;
                case "filename" -> file = value;
                case "reproducible" -> reproducible = flag(name, value);
                case "inline-only" -> inlineOnly = flag(name, value);
                case "disabled" -> disabled = flag(name, value);
                case "capture-usage", "complete-materials" -> refuse(name, value);
                default ->
                        throw new IllegalArgumentException(
                                "a provenance does not know \"" + name + "\"");
            }
        }
        return disabled
                ? null
                : new ProvenanceOptions(max, version, builder, file, reproducible, inlineOnly);
    }

    private static void requireProvenance(String type) {
        if (!type.equals("provenance")) {
            throw new IllegalArgumentException("\"" + type + "\" is no provenance");
        }
    }

    private static boolean isMax(String mode) {
        return switch (mode) {
            case "max", "full" -> true;
            case "min" -> false;
            default ->
                    throw new IllegalArgumentException("mode is min or max, not \"" + mode + "\"");
        };
    }

    private static Version version(String version) {
        return switch (version) {
            case "v1", "1" -> Version.V1;
            case "v0.2", "0.2" -> Version.V0_2;
            default ->
                    throw new IllegalArgumentException(
                            "version is v1 or v0.2, not \"" + version + "\"");
        };
    }

    private static boolean flag(String name, String value) {
        return switch (value) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default ->
                    throw new IllegalArgumentException(
                            name + " is true or false, not \"" + value + "\"");
        };
    }

    private static void refuse(String name, String value) {
        if (flag(name, value)) {
            throw new IllegalArgumentException(
                    "\""
                            + name
                            + "\" is not available: "
                            + (name.equals("capture-usage")
                                    ? "what steps use of the machine is not measured"
                                    : "the files of a local context are no material with a digest"));
        }
    }
}
