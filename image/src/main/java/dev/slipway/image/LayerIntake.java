package dev.slipway.image;

import dev.slipway.image.compress.Format;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;

/// Takes layers from archives into the store, unless they are there.
final class LayerIntake {
    private static final int BUFFER = 128 << 10;

    private LayerIntake() {}

    /// Takes a layer that a manifest describes.
    static void described(
            Store store, ArchiveSource source, String file, Descriptor layer, Digest diffId)
            throws IOException {
        if (source.size(file) != layer.size()) {
            throw new InvalidImageException(
                    "the archive's layer "
                            + layer.digest()
                            + " has "
                            + source.size(file)
                            + " bytes where "
                            + layer.size()
                            + " were announced");
        }
        store.lease().use(List.of(layer.digest(), diffId));
        boolean here = layer.digest().equals(diffId) || store.blobs().contains(layer.digest());
        if (here && store.layers().find(diffId).isPresent()) {
            return;
        }
        try (InputStream in = source.open(file)) {
            store.layers().add(in, layer, diffId);
        }
    }

    /// Takes a layer of which only the diffID is known.
    ///
    /// @return what it is
    static Descriptor file(Store store, ArchiveSource source, String file, Digest diffId)
            throws IOException {
        Format format = sniff(source, file);
        long size = source.size(file);
        Digest digest = format == Format.NONE ? diffId : digest(source, file);
        var layer = Descriptor.of(mediaType(format), digest, size);
        described(store, source, file, layer, diffId);
        return layer;
    }

    private static String mediaType(Format format) throws InvalidImageException {
        return switch (format) {
            case NONE -> MediaTypes.OCI_LAYER;
            case GZIP -> MediaTypes.OCI_LAYER_GZIP;
            case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
            case BZIP2, XZ ->
                    throw new InvalidImageException(
                            "a layer compressed as " + format + " is in no image format",
                            "Compress layers with gzip or zstd, or not at all.");
        };
    }

    private static Format sniff(ArchiveSource source, String file) throws IOException {
        try (InputStream in = source.open(file)) {
            byte[] head = in.readNBytes(Format.SNIFFED_BYTES);
            return Format.sniff(head, head.length);
        }
    }

    private static Digest digest(ArchiveSource source, String file) throws IOException {
        MessageDigest sha256 = Digest.newSha256();
        try (InputStream in = source.open(file)) {
            var buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return Digest.of(sha256.digest());
    }
}
