package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Index;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// A cache in an OCI layout (image-spec, `image-layout.md`), as BuildKit's `type=local` keeps it.
/// Blobs that no cache in it needs any more stay: another process may be reading them.
final class DirectoryCachePlace implements CachePlace {
    private static final String REF_NAME = "org.opencontainers.image.ref.name";

    private final Path directory;
    private final String tag;

    DirectoryCachePlace(RemoteCaches.DirectoryPlace place) {
        this.directory = place.directory();
        this.tag = place.tag();
    }

    @Override
    public String name() {
        return directory + ":" + tag;
    }

    private Path blob(Digest digest) {
        return directory.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
    }

    private List<Descriptor> entries() throws IOException {
        var index = directory.resolve("index.json");
        return Files.exists(index)
                ? Index.parse(bounded(index, Manifest.MAX_BYTES)).manifests()
                : List.of();
    }

    private static byte[] bounded(Path file, int maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(maxBytes + 1);
            if (content.length > maxBytes) {
                throw new IOException(file + " is longer than " + maxBytes + " bytes");
            }
            return content;
        }
    }

    @Override
    public Optional<CacheContents> read(Store store) throws IOException {
        for (var entry : entries()) {
            if (tag.equals(entry.annotations().get(REF_NAME))) {
                var manifest = Manifest.parse(small(entry, Manifest.MAX_BYTES));
                return Optional.of(CacheContents.of(manifest, this::small));
            }
        }
        return Optional.empty();
    }

    private byte[] small(Descriptor blob, int maxBytes) throws IOException {
        byte[] content = bounded(blob(blob.digest()), maxBytes);
        if (!blob.digest().matches(content)) {
            throw new IOException(blob(blob.digest()) + " is damaged");
        }
        return content;
    }

    @Override
    public boolean has(Descriptor blob) {
        return Files.exists(blob(blob.digest()));
    }

    @Override
    public void layer(Store store, Descriptor blob, Digest diffId) throws IOException {
        try (InputStream in = Files.newInputStream(blob(blob.digest()))) {
            store.layers().add(in, blob, diffId);
        }
    }

    @Override
    public void write(Store store, CacheOutput cache) throws IOException {
        Files.createDirectories(directory.resolve("blobs").resolve(Digest.SHA256));
        for (var each : cache.stored()) {
            if (!Files.exists(blob(each.digest()))) {
                try (InputStream in = store.blobs().open(each.digest())) {
                    replace(blob(each.digest()), in);
                }
            }
        }
        byte[] config = cache.config();
        byte[] own = cache.own();
        var manifest = cache.manifest(config, own);
        for (var each : List.of(config, own, manifest.raw())) {
            replace(blob(Digest.sha256(each)), each);
        }
        replace(
                directory.resolve("oci-layout"),
                "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.US_ASCII));
        var entries = new ArrayList<Descriptor>();
        for (var entry : entries()) {
            if (!tag.equals(entry.annotations().get(REF_NAME))) {
                entries.add(entry);
            }
        }
        entries.add(manifest.descriptor().withAnnotation(REF_NAME, tag));
        replace(
                directory.resolve("index.json"),
                Index.of(MediaTypes.OCI_INDEX, entries, new TreeMap<>()).raw());
    }

    private static void replace(Path file, byte[] content) throws IOException {
        replace(file, new java.io.ByteArrayInputStream(content));
    }

    private static void replace(Path file, InputStream content) throws IOException {
        var fresh = Files.createTempFile(file.toAbsolutePath().getParent(), ".new-", "");
        try {
            Files.copy(content, fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    @Override
    public void close() {}
}
