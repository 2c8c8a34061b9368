package dev.slipway.cli;

import dev.slipway.build.RemoteCaches;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.image.InvalidReferenceException;
import dev.slipway.image.Reference;
import dev.slipway.image.compress.Compression;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Turns `--cache-from` and `--cache-to` into caches.
final class CacheArguments {
    /// What changes nothing here: caches are OCI manifests.
    private static final String OCI_TYPES = "oci-mediatypes";

    /// BuildKit takes these of an inline cache as well, whose layers are the image's.
    private static final String[] COMPRESSION = {
        "compression", "compression-level", "force-compression"
    };

    private static final String INLINE_ARG = "BUILDKIT_INLINE_CACHE=";

    private final Parsed line;
    private final Session session;

    CacheArguments(Parsed line, Session session) {
        this.line = line;
        this.session = session;
    }

    RemoteCaches caches() throws UsageException {
        List<RemoteCaches.Source> from = new ArrayList<>();
        for (String text : line.texts(BuildFlags.CACHE_FROM)) {
            CommaFields fields = fields(BuildFlags.CACHE_FROM, text);
            boolean mounts = fields.takeFlag("mounts");
            for (String name : COMPRESSION) {
                fields.take(name); // of one who writes the same line for both
            }
            from.add(new RemoteCaches.Source(place(BuildFlags.CACHE_FROM, fields, "src"), mounts));
            finish(fields);
        }
        List<RemoteCaches.Target> to = new ArrayList<>();
        boolean inline = wantsInline(line);
        for (String text : line.texts(BuildFlags.CACHE_TO)) {
            CommaFields fields = fields(BuildFlags.CACHE_TO, text);
            if ("inline".equals(fields.peek("type"))) {
                fields.take("type");
                inline(fields);
                inline = true;
            } else {
                to.add(target(fields));
            }
            finish(fields);
        }
        return new RemoteCaches(
                from, to, inline, listener -> RegistryAccess.open(session, listener));
    }

    /// Whether the command line speaks of caches at all.
    static boolean areIn(Parsed line) {
        return line.has(BuildFlags.CACHE_FROM)
                || line.has(BuildFlags.CACHE_TO)
                || wantsInline(line);
    }

    /// BuildKit's other way to ask for `type=inline`: `--build-arg BUILDKIT_INLINE_CACHE=1`.
    private static boolean wantsInline(Parsed line) {
        boolean wanted = false;
        for (String arg : line.texts(BuildFlags.BUILD_ARG)) {
            if (arg.startsWith(INLINE_ARG)) {
                String value = arg.substring(INLINE_ARG.length());
                wanted = value.equals("1") || value.equals("true");
            }
        }
        return wanted;
    }

    private static void inline(CommaFields fields) throws UsageException {
        if ("max".equals(mode(fields))) {
            throw new UsageException(
                    "--cache-to type=inline has mode=min only",
                    "An image holds the cache of its own layers; type=registry takes all stages.");
        }
        if (fields.takeFlag("mounts")) {
            throw new UsageException(
                    "--cache-to type=inline holds no cache mounts",
                    "Everybody who pulls the image would get them; use type=registry.");
        }
        fields.take("ignore-error"); // nothing is sent that could fail
        for (String name : COMPRESSION) {
            fields.take(name);
        }
    }

    private static @Nullable String mode(CommaFields fields) throws UsageException {
        String mode = fields.take("mode");
        if (mode != null && !mode.equals("min") && !mode.equals("max")) {
            throw new UsageException("--cache-to: mode is min or max, not " + mode);
        }
        return mode;
    }

    private RemoteCaches.Target target(CommaFields fields) throws UsageException {
        RemoteCaches.Place place = place(BuildFlags.CACHE_TO, fields, "dest");
        String mode = mode(fields);
        String ignore = fields.take("ignore-error");
        if (ignore != null && !ignore.equals("true") && !ignore.equals("false")) {
            throw new UsageException("--cache-to: ignore-error is true or false, not " + ignore);
        }
        boolean mounts = fields.takeFlag("mounts");
        return new RemoteCaches.Target(
                place,
                "max".equals(mode),
                mounts,
                compression(fields),
                fields.takeFlag("force-compression"),
                "false".equals(ignore));
    }

    private static @Nullable Compression compression(CommaFields fields) throws UsageException {
        String kind = fields.take("compression");
        String level = fields.take("compression-level");
        if (kind == null && level == null) {
            return null;
        }
        try {
            return Compression.named(kind == null ? "gzip" : kind, level);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--cache-to: " + e.getMessage());
        }
    }

    private static CommaFields fields(Option option, String text) throws UsageException {
        boolean bare = text.indexOf('=') < 0;
        return new CommaFields(option, bare ? "type=registry,ref=" + text : text);
    }

    private static void finish(CommaFields fields) throws UsageException {
        fields.take(OCI_TYPES);
        fields.checkAllTaken();
    }

    private RemoteCaches.Place place(Option option, CommaFields fields, String directory)
            throws UsageException {
        String type = fields.take("type");
        return switch (type == null ? "registry" : type) {
            case "registry" -> registry(option, fields);
            case "local" -> local(option, fields, directory);
            case "inline" ->
                    throw new UsageException(
                            option + " type=inline is for --cache-to",
                            "Name the image: --cache-from type=registry,ref=IMAGE.");
            case "s3" -> StorageArguments.s3(option, fields, session.environment());
            case "gha" -> StorageArguments.actions(option, fields, session.environment());
            case "azblob" ->
                    throw new UsageException(
                            option + " type=" + type + " is not available",
                            "There are type=registry, inline, local, s3 and gha.");
            default -> throw new UsageException(option + ": unknown type " + type);
        };
    }

    private static RemoteCaches.Place registry(Option option, CommaFields fields)
            throws UsageException {
        String reference = fields.take("ref");
        if (reference == null) {
            throw new UsageException(option + " type=registry needs ref=NAME");
        }
        try {
            Reference.parse(reference);
        } catch (InvalidReferenceException e) {
            throw new UsageException(option + ": " + e.getMessage());
        }
        boolean insecure = "true".equals(fields.take("registry.insecure"));
        boolean asIndex = "false".equals(fields.take("image-manifest"));
        return new RemoteCaches.RegistryPlace(reference, insecure, asIndex);
    }

    private static RemoteCaches.Place local(Option option, CommaFields fields, String directory)
            throws UsageException {
        String path = fields.take(directory);
        if (path == null) {
            throw new UsageException(option + " type=local needs " + directory + "=DIR");
        }
        String tag = fields.take("tag");
        return new RemoteCaches.DirectoryPlace(Path.of(path), tag == null ? "latest" : tag);
    }
}
