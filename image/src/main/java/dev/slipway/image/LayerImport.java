package dev.slipway.image;

import dev.slipway.image.compress.Decompression;
import dev.slipway.image.compress.DecompressionLimits;
import dev.slipway.image.compress.Format;
import dev.slipway.image.tar.TarLimits;
import dev.slipway.image.tar.TarReader;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.OpenFlags;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.file.Path;

/// Takes in one layer: reads it once, from the blob to the digest of the tar and the meaning of the
/// tar, and keeps the blob as it came.
final class LayerImport {
    private final Store store;
    private final StoredLayers layers;
    private final Descriptor expected;
    private final @Nullable Digest expectedDiffId;

    LayerImport(
            Store store,
            StoredLayers layers,
            Descriptor expected,
            @Nullable Digest expectedDiffId) {
        this.store = store;
        this.layers = layers;
        this.expected = expected;
        this.expectedDiffId = expectedDiffId;
    }

    Layer run(InputStream blob) throws IOException {
        PushbackInputStream in = new PushbackInputStream(blob, Format.SNIFFED_BYTES);
        byte[] head = new byte[Format.SNIFFED_BYTES];
        int length = in.readNBytes(head, 0, head.length);
        in.unread(head, 0, length);
        boolean plain = Format.sniff(head, length) == Format.NONE;
        return plain && expected.digest().algorithm().equals(Digest.SHA256)
                ? tar(in)
                : compressed(in);
    }

    /// Goes on with a layer of which `part` holds the beginning.
    Layer run(BlobWriter part, InputStream rest) throws IOException {
        try (InputStream before = part.written()) {
            return compressed(part, new Copying(before, part.size(), rest, part, expected.size()));
        }
    }

    /// An uncompressed layer is its own tar form; a blob would be a second copy.
    private Layer tar(InputStream in) throws IOException {
        Path temp = store.newTemp("add");
        int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
        try (Fd file = Fd.open(temp.resolve(LayerDirectory.TAR), flags, 0644);
                OutputStream out = file.outputStream()) {
            Scanned scanned = scan(new Copying(in, out, expected.size()));
            if (!scanned.diffId.equals(expected.digest())) {
                throw new InvalidImageException(
                        "the layer announced as "
                                + expected.digest()
                                + " is in truth "
                                + scanned.diffId);
            }
            LayerRecord record =
                    layers.newRecord(scanned.size, scanned.index, LayerRecord.Origin.TAR, null);
            return layers.install(temp, scanned.diffId, record, scanned.index);
        } finally {
            StoredLayers.discard(temp);
        }
    }

    private Layer compressed(InputStream in) throws IOException {
        try (BlobWriter blob = store.blobs().create()) {
            return compressed(blob, new Copying(in, blob, expected.size()));
        }
    }

    private Layer compressed(BlobWriter blob, Copying source) throws IOException {
        Path temp = store.newTemp("add");
        try {
            Scanned scanned = scan(source);
            source.drain(); // a decoder may stop before the last byte
            blob.commit(expected.digest(), expected.size());
            LayerRecord record =
                    layers.newRecord(
                            scanned.size, scanned.index, LayerRecord.Origin.BLOB, expected);
            Layer layer = layers.install(temp, scanned.diffId, record, scanned.index);
            if (!layer.blobs().contains(expected)) {
                try (FileLock _ = StoredLayers.lock(store, scanned.diffId)) {
                    LayerBlobs.add(
                            store,
                            LayerDirectory.of(store, scanned.diffId),
                            new LayerBlobs.Known(expected, ""));
                }
            }
            return layer;
        } finally {
            StoredLayers.discard(temp);
        }
    }

    private record Scanned(LayerIndex index, Digest diffId, long size) {}

    private Scanned scan(Copying source) throws IOException {
        try (ParallelDigest digest = new ParallelDigest()) {
            InputStream content = Decompression.open(source, DecompressionLimits.DEFAULT);
            TarReader tar = new TarReader(new DigestingInput(content, digest), TarLimits.DEFAULT);
            LayerIndex index = LayerScan.read(tar, TarLimits.DEFAULT);
            Digest diffId = digest.finish();
            if (expectedDiffId != null && !expectedDiffId.equals(diffId)) {
                throw new InvalidImageException(
                        "the layer "
                                + expected.digest()
                                + " should hold "
                                + expectedDiffId
                                + ", but holds "
                                + diffId);
            }
            return new Scanned(index, diffId, digest.count());
        }
    }

    /// Copies what is read through it, and reads no more than was announced.
    private static final class Copying extends BulkInput {
        private final InputStream before;
        private final long had;
        private final InputStream in;
        private final OutputStream copy;
        private final long size;
        private long count;

        Copying(InputStream in, OutputStream copy, long size) {
            this(InputStream.nullInputStream(), 0, in, copy, size);
        }

        /// @param before holds the first `had` bytes, of which there is a copy already
        Copying(InputStream before, long had, InputStream in, OutputStream copy, long size) {
            this.before = before;
            this.had = had;
            this.in = in;
            this.copy = copy;
            this.size = size;
        }

        void drain() throws IOException {
            byte[] rest = new byte[64 << 10];
            int n;
            do {
                n = read(rest, 0, rest.length);
            } while (n >= 0);
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            boolean again = count < had;
            int n = again ? before.read(into, at, length) : in.read(into, at, length);
            if (n > 0) {
                count += n;
                if (count > size) {
                    throw new InvalidImageException(
                            "the layer is longer than the " + size + " bytes announced");
                }
                if (!again) {
                    copy.write(into, at, n);
                }
            } else if (count < size) {
                throw new InvalidImageException(
                        "the layer ends after " + count + " of " + size + " bytes");
            }
            return n;
        }
    }
}
