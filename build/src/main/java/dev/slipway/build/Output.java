package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where a build's result goes. A build may have several.
public sealed interface Output {
    /// Into the store, under the request's tags.
    ///
    /// @param names further names, comma separated in `name=`
    record Image(List<String> names) implements Output {
        public Image {
            names = List.copyOf(names);
        }
    }

    /// An archive that `docker load` reads.
    ///
    /// @param destination null: standard output
    record DockerArchive(@Nullable Path destination, List<String> names) implements Output {
        public DockerArchive {
            names = List.copyOf(names);
        }
    }

    /// An OCI image layout in a tar.
    ///
    /// @param destination null: standard output
    record OciArchive(@Nullable Path destination, List<String> names) implements Output {
        public OciArchive {
            names = List.copyOf(names);
        }
    }

    /// An OCI image layout in a directory.
    record OciDirectory(Path destination, List<String> names) implements Output {
        public OciDirectory {
            names = List.copyOf(names);
        }
    }

    /// The result's files, in a directory.
    record LocalDirectory(Path destination) implements Output {}

    /// The result's files, as one tar.
    ///
    /// @param destination null: standard output
    record Tar(@Nullable Path destination) implements Output {}

    /// Nothing but the cache.
    record CacheOnly() implements Output {}

    /// Whether this output is written to standard output.
    default boolean toStandardOutput() {
        return switch (this) {
            case DockerArchive d -> d.destination == null;
            case OciArchive o -> o.destination == null;
            case Tar t -> t.destination == null;
            case Image _, OciDirectory _, LocalDirectory _, CacheOnly _ -> false;
        };
    }

    /// Reads what stands after `-o`: a directory, `-`, or `type=…,dest=…` as buildx has it.
    ///
    /// @throws IllegalArgumentException if it makes no sense; the message says why
    static Output parse(String text) {
        if (text.equals("-")) {
            return new Tar(null);
        }
        if (text.indexOf('=') < 0) {
            return new LocalDirectory(Path.of(text));
        }
        var fields = fields(text);
        var type = fields.remove("type");
        if (type == null) {
            throw new IllegalArgumentException("output \"" + text + "\" has no type");
        }
        var output = ofType(type, fields);
        if (!fields.isEmpty()) {
            throw new IllegalArgumentException(
                    "output type \""
                            + type
                            + "\" does not know \""
                            + fields.keySet().iterator().next()
                            + "\"");
        }
        return output;
    }

    private static Output ofType(String type, Map<String, String> fields) {
        var names = names(fields.remove("name"));
        var dest = fields.remove("dest");
        boolean directory = "false".equals(fields.remove("tar"));
        return switch (type) {
            case "image" -> new Image(names);
            case "cacheonly" -> new CacheOnly();
            case "docker" -> dest == null ? new Image(names) : new DockerArchive(file(dest), names);
            case "oci" ->
                    directory
                            ? new OciDirectory(Path.of(required(type, dest)), names)
                            : new OciArchive(file(required(type, dest)), names);
            case "oci-dir" -> new OciDirectory(Path.of(required(type, dest)), names);
            case "local" -> new LocalDirectory(Path.of(required(type, dest)));
            case "tar" -> new Tar(file(required(type, dest)));
            case "registry" ->
                    throw new IllegalArgumentException("output type \"registry\" is not there yet");
            default -> throw new IllegalArgumentException("unknown output type \"" + type + "\"");
        };
    }

    private static String required(String type, @Nullable String dest) {
        if (dest == null || dest.isEmpty()) {
            throw new IllegalArgumentException("output type \"" + type + "\" needs dest=");
        }
        return dest;
    }

    private static @Nullable Path file(String dest) {
        return dest.equals("-") ? null : Path.of(dest);
    }

    private static List<String> names(@Nullable String list) {
        return list == null || list.isEmpty() ? List.of() : List.of(list.split(",", -1));
    }

    /// Splits `a=1,"b=2,3"`: fields with a comma in them stand in quotes, as in CSV.
    private static Map<String, String> fields(String text) {
        var fields = new LinkedHashMap<String, String>();
        for (var field : csv(text)) {
            int eq = field.indexOf('=');
            if (eq < 0) {
                throw new IllegalArgumentException(
                        "output field \"" + field + "\" is not key=value");
            }
            var key = field.substring(0, eq).trim();
            fields.put(key.equals("dst") ? "dest" : key, field.substring(eq + 1));
        }
        return fields;
    }

    private static List<String> csv(String text) {
        var list = new ArrayList<String>();
        var field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                list.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        list.add(field.toString());
        return list;
    }

    /// Opens standard output for an output that goes there.
    @FunctionalInterface
    interface StandardOutput {
        OutputStream open();
    }
}
