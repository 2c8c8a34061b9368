package dev.slipway.build;

import dev.slipway.image.compress.Compression;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The fields of one `-o`, as buildx and BuildKit name them. What is not known, or known and not to
/// be had here, is refused by name.
final class OutputFields {
    /// Options of BuildKit's exporters that have no meaning here, and why.
    private static final Map<String, String> REFUSED =
            Map.ofEntries(
                    Map.entry(
                            "unpack", "the store unpacks a layer when a container first needs it"),
                    Map.entry(
                            "dangling-name-prefix",
                            "an image without a name is kept as a dangling one"),
                    Map.entry(
                            "danging-name-empty-only",
                            "an image without a name is kept as a dangling one"),
                    Map.entry(
                            "context",
                            "there is no docker daemon to load into: pipe the archive to docker load"),
                    Map.entry(
                            "source-date-epoch",
                            "the time is one of the whole build: set SOURCE_DATE_EPOCH, or"
                                    + " --build-arg SOURCE_DATE_EPOCH"),
                    Map.entry(
                            "compatibility-version",
                            "it pins how BuildKit puts images together, which is not how it is done here"),
                    Map.entry("buildinfo", "it was withdrawn from BuildKit; use --provenance"),
                    Map.entry(
                            "buildinfo-attrs", "it was withdrawn from BuildKit; use --provenance"));

    private final String text;
    private final Map<String, String> fields;
    private String type = "";

    OutputFields(String text) {
        this.text = text;
        this.fields = fields(text);
    }

    Output output() {
        var written = take("type");
        if (written == null) {
            throw new IllegalArgumentException("output \"" + text + "\" has no type");
        }
        type = written;
        var output = ofType();
        for (var field : fields.keySet()) {
            var reason = REFUSED.get(field);
            throw new IllegalArgumentException(
                    reason == null
                            ? "output type \"" + type + "\" does not know \"" + field + "\""
                            : "\"" + field + "\" is not available: " + reason);
        }
        return output;
    }

    private Output ofType() {
        var dest = take("dest");
        return switch (type) {
            case "cacheonly" -> new Output.CacheOnly();
            case "image" -> image(false);
            case "registry" -> image(true);
            case "docker" ->
                    dest == null
                            ? image(false)
                            : new Output.DockerArchive(file(dest), names(), options());
            case "oci" ->
                    flag("tar", true)
                            ? new Output.OciArchive(file(required(dest)), names(), options())
                            : new Output.OciDirectory(Path.of(required(dest)), names(), options());
            case "oci-dir" -> new Output.OciDirectory(Path.of(required(dest)), names(), options());
            case "local" ->
                    new Output.LocalDirectory(
                            Path.of(required(dest)),
                            optionalFlag("platform-split"),
                            deletes(),
                            prefix());
            case "tar" ->
                    new Output.Tar(file(required(dest)), optionalFlag("platform-split"), prefix());
            default ->
                    throw new IllegalArgumentException(
                            "unknown output type \""
                                    + type
                                    + "\": there are image, registry, docker, oci, oci-dir, local,"
                                    + " tar and cacheonly");
        };
    }

    private Output image(boolean registry) {
        boolean byDigest = flag("push-by-digest", false);
        boolean insecure = flag("registry.insecure", false);
        boolean push = flag("push", registry) || byDigest;
        boolean store = flag("store", !registry);
        return new Output.Image(
                names(), options(), store, push ? new Output.Push(byDigest, insecure) : null);
    }

    private boolean deletes() {
        var mode = take("mode");
        if (mode == null || mode.equals("copy")) {
            return false;
        }
        if (mode.equals("delete")) {
            return true;
        }
        throw new IllegalArgumentException("mode is copy or delete, not \"" + mode + "\"");
    }

    private String prefix() {
        var prefix = take("attestation-prefix");
        return prefix == null ? "" : prefix;
    }

    private ImageOptions options() {
        var annotations = annotations();
        if (flag("prefer-nondist-layers", false)) {
            throw new IllegalArgumentException(
                    "\"prefer-nondist-layers\" is not available: layers that may not be passed on"
                            + " are written as ordinary ones");
        }
        // Attestations always are where an output can hold them.
        flag("attestation-inline", true);
        return new ImageOptions(
                compression(),
                flag("force-compression", false),
                flag("rewrite-timestamp", false),
                optionalFlag("oci-mediatypes"),
                flag("oci-artifact", true),
                flag("name-canonical", false),
                annotations);
    }

    private List<Annotation> annotations() {
        var annotations = new ArrayList<Annotation>();
        for (var field : List.copyOf(fields.entrySet())) {
            var annotation = Annotation.ofField(field.getKey(), field.getValue());
            if (annotation != null) {
                annotations.add(annotation);
                fields.remove(field.getKey());
            }
        }
        return annotations;
    }

    private @Nullable Compression compression() {
        var kind = take("compression");
        var written = take("compression-level");
        if (kind == null) {
            if (written != null) {
                throw new IllegalArgumentException(
                        "compression-level needs compression=gzip or compression=zstd");
            }
            return null;
        }
        return Compression.named(kind, written);
    }

    private @Nullable String take(String name) {
        return fields.remove(name);
    }

    private boolean flag(String name, boolean standard) {
        var value = optionalFlag(name);
        return value == null ? standard : value;
    }

    private @Nullable Boolean optionalFlag(String name) {
        var value = take(name);
        if (value == null) {
            return null;
        }
        return switch (value) {
            case "", "true", "1" -> Boolean.TRUE;
            case "false", "0" -> Boolean.FALSE;
            default ->
                    throw new IllegalArgumentException(
                            name + " is true or false, not \"" + value + "\"");
        };
    }

    private String required(@Nullable String dest) {
        if (dest == null || dest.isEmpty()) {
            throw new IllegalArgumentException("output type \"" + type + "\" needs dest=");
        }
        return dest;
    }

    private static @Nullable Path file(String dest) {
        return dest.equals("-") ? null : Path.of(dest);
    }

    private List<String> names() {
        var list = take("name");
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
}
