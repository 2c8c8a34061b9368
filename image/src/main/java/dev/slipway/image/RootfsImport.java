package dev.slipway.image;

import dev.slipway.image.compress.Decompression;
import dev.slipway.image.compress.DecompressionLimits;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

/// Makes an image of a root file system in a tar, as `docker import`.
public final class RootfsImport {
    private static final int BUFFER = 128 << 10;

    /// What the image says of itself.
    ///
    /// @param created null if it shall not say
    /// @param message kept as the comment of its only step
    public record Facts(
            RunConfig config, Platform platform, @Nullable Instant created, String message) {}

    private RootfsImport() {}

    /// Makes the image; it has no name yet.
    ///
    /// @param rootfs a tar, compressed or not; not closed
    /// @return its manifest
    public static Descriptor run(Store store, InputStream rootfs, Facts facts) throws IOException {
        Layer layer = layer(store, Decompression.open(rootfs, DecompressionLimits.DEFAULT));
        var history = new History(facts.created(), "", null, facts.message(), false);
        var config =
                new ImageConfig(
                        facts.created(),
                        null,
                        facts.platform(),
                        facts.config(),
                        List.of(layer.diffId()),
                        List.of(history));
        byte[] raw = config.toJson();
        Digest id = store.blobs().put(raw);
        Manifest manifest =
                Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of(MediaTypes.OCI_CONFIG, id, raw.length),
                        List.of(Descriptor.of(MediaTypes.OCI_LAYER, layer.diffId(), layer.size())),
                        Collections.emptySortedMap());
        store.blobs().put(manifest.raw());
        return manifest.descriptor().withPlatform(facts.platform());
    }

    private static Layer layer(Store store, InputStream tar) throws IOException {
        Descriptor blob;
        try (BlobWriter out = store.blobs().create()) {
            var buffer = new byte[BUFFER];
            for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
                out.write(buffer, 0, n);
            }
            blob = Descriptor.of(MediaTypes.OCI_LAYER, out.commit(null, -1), out.size());
        }
        try (InputStream in = store.blobs().open(blob.digest())) {
            return store.layers().add(in, blob, blob.digest());
        }
    }
}
