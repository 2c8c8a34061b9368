package dev.slipway.cli;

import dev.slipway.build.RemoteCaches;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.image.InvalidReferenceException;
import dev.slipway.image.Reference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Turns `--cache-from` and `--cache-to` into caches.
final class CacheArguments {
    /// What BuildKit takes and what changes nothing here: caches are OCI manifests, and gzip.
    private static final String[] ACCEPTED = {
        "image-manifest", "oci-mediatypes", "compression", "compression-level", "force-compression"
    };

    private final Parsed line;
    private final Session session;

    CacheArguments(Parsed line, Session session) {
        this.line = line;
        this.session = session;
    }

    RemoteCaches caches() throws UsageException {
        List<RemoteCaches.Place> from = new ArrayList<>();
        for (String text : line.texts(BuildFlags.CACHE_FROM)) {
            CommaFields fields = fields(BuildFlags.CACHE_FROM, text);
            from.add(place(BuildFlags.CACHE_FROM, fields, "src"));
            finish(fields);
        }
        List<RemoteCaches.Target> to = new ArrayList<>();
        for (String text : line.texts(BuildFlags.CACHE_TO)) {
            CommaFields fields = fields(BuildFlags.CACHE_TO, text);
            RemoteCaches.Place place = place(BuildFlags.CACHE_TO, fields, "dest");
            String mode = fields.take("mode");
            if (mode != null && !mode.equals("min") && !mode.equals("max")) {
                throw new UsageException("--cache-to: mode is min or max, not " + mode);
            }
            boolean ignore = "true".equals(fields.take("ignore-error"));
            to.add(new RemoteCaches.Target(place, "max".equals(mode), ignore));
            finish(fields);
        }
        return new RemoteCaches(from, to, listener -> RegistryAccess.open(session, listener));
    }

    private static CommaFields fields(Option option, String text) throws UsageException {
        boolean bare = text.indexOf('=') < 0;
        return new CommaFields(option, bare ? "type=registry,ref=" + text : text);
    }

    private static void finish(CommaFields fields) throws UsageException {
        for (String name : ACCEPTED) {
            fields.take(name);
        }
        fields.checkAllTaken();
    }

    private static RemoteCaches.Place place(Option option, CommaFields fields, String directory)
            throws UsageException {
        String type = fields.take("type");
        return switch (type == null ? "registry" : type) {
            case "registry" -> registry(option, fields);
            case "local" -> local(option, fields, directory);
            case "inline", "s3", "gha", "azblob" ->
                    throw new UsageException(
                            option + " type=" + type + " is not available",
                            "There are type=registry and type=local.");
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
        return new RemoteCaches.RegistryPlace(reference, insecure);
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
