package dev.slipway.image;

import dev.slipway.image.compress.Decompression;
import dev.slipway.image.compress.DecompressionLimits;
import dev.slipway.linux.Fd;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
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

    /// The tar must be read twice, since its digest is known only at its end.
    private static Layer layer(Store store, InputStream tar) throws IOException {
        Path temp = store.newTempFile("import");
        int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
        try (Fd file = Fd.open(temp, flags, 0600)) {
            MessageDigest sha256 = Digest.newSha256();
            long size = 0;
            var buffer = new byte[BUFFER];
            for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
                file.write(buffer, 0, n);
                sha256.update(buffer, 0, n);
                size += n;
            }
            Digest diffId = Digest.of(sha256.digest());
            var layer = Descriptor.of(MediaTypes.OCI_LAYER, diffId, size);
            return store.layers().add(new FdRange(file, 0, size), layer, diffId);
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "import the root file system", e);
        } finally {
            Store.discard(temp);
        }
    }
}
