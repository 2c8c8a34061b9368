package dev.slipway.image;

import dev.slipway.image.compress.Compression;
import dev.slipway.image.compress.Decompression;
import dev.slipway.image.compress.DecompressionLimits;
import dev.slipway.image.compress.Format;
import dev.slipway.image.tar.TarLimits;
import dev.slipway.image.tar.TarReader;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.Host;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A layer's directory in the store, seen as a layer.
final class StoredLayer implements Layer {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int WORTHLESS_PERCENT = 97;
    private static final Duration SENT_WITHIN = Duration.ofSeconds(3);
    private static final long SMALL_BYTES = 8 << 20;
    private static final int SMALL_RECORDS = 200;

    private final Store store;
    private final Digest diffId;
    private final LayerDirectory directory;
    private final LayerRecord record;
    private volatile @Nullable LayerIndex index;

    /// Set once the tree was seen: it does not go while the lease keeps the layer.
    private volatile boolean treeIsThere;

    private volatile boolean kept;

    StoredLayer(Store store, Digest diffId, LayerDirectory directory, LayerRecord record) {
        this.store = store;
        this.diffId = diffId;
        this.directory = directory;
        this.record = record;
    }

    @Override
    public Digest diffId() {
        return diffId;
    }

    @Override
    public long size() {
        return record.sizeBytes();
    }

    @Override
    public LayerIndex index() throws IOException {
        LayerIndex known = index;
        if (known != null) {
            return known;
        }
        keep();
        LayerIndex read;
        try {
            read = LayerIndex.decode(Files.readAllBytes(directory.part(LayerDirectory.INDEX)));
        } catch (IOException | RuntimeException e) {
            read = indexAgain(e);
        }
        index = read;
        return read;
    }

    /// A tar's index can be made again; a tree's says what of the tree is in the layer.
    private LayerIndex indexAgain(Exception cause) throws IOException {
        if (record.origin() == LayerRecord.Origin.TREE) {
            throw new ImageException(
                    "the index of layer " + diffId + " is damaged: " + cause.getMessage(),
                    "Build the image again with --no-cache.",
                    cause);
        }
        LayerIndex made;
        try (TarReader tar = new TarReader(openTar(), TarLimits.DEFAULT)) {
            made = LayerScan.read(tar, TarLimits.DEFAULT);
        }
        store.publish(directory.part(LayerDirectory.INDEX), made.encoded());
        return made;
    }

    @Override
    public InputStream openTar() throws IOException {
        keep();
        if (has(LayerDirectory.TAR)) {
            return openFile(directory.part(LayerDirectory.TAR)).inputStream();
        }
        return record.origin() == LayerRecord.Origin.TREE
                ? new CanonicalTar(index(), Dir.open(directory.part(LayerDirectory.TREE)))
                : openBlob();
    }

    /// What a layer like this one can take from it; null if that is nothing.
    @Nullable EarlierLayer earlier() throws IOException {
        ContentDigests digests = ContentDigests.read(directory.part(LayerDirectory.CONTENTS));
        if (digests == null || !has(LayerDirectory.TAR)) {
            return null;
        }
        Midstates midstates = Midstates.read(directory.part(LayerDirectory.MIDSTATES));
        Fd tar = openFile(directory.part(LayerDirectory.TAR));
        return new EarlierLayer(index(), digests, midstates, tar);
    }

    private InputStream openBlob() throws IOException {
        Descriptor blob = java.util.Objects.requireNonNull(record.blob());
        DecompressionLimits exactly = DecompressionLimits.DEFAULT.withBytes(record.sizeBytes());
        return Decompression.open(store.blobs().open(blob.digest()), exactly);
    }

    @Override
    public InputStream openFile(RawPath path) throws IOException {
        LayerIndex entries = index();
        int found = entries.find(path.latin1());
        if (found < 0 || !entries.isRegular(found)) {
            throw new NoSuchFileException(path.toString());
        }
        int file = entries.first(found);
        if (!entries.isSparse(file) && has(LayerDirectory.TAR)) {
            return fromTar(entries, file);
        }
        if (hasTree()) {
            Dir tree = Dir.open(directory.part(LayerDirectory.TREE));
            try (tree) {
                return TreeContent.open(tree, entries.path(file));
            }
        }
        try (FileLock _ = lock()) {
            if (!has(LayerDirectory.TAR)) {
                directory.add(LayerDirectory.TAR, decompressed());
            }
        }
        return fromTar(entries, file);
    }

    private InputStream fromTar(LayerIndex entries, int file) throws IOException {
        Fd tar = openFile(directory.part(LayerDirectory.TAR));
        long offset = entries.dataOffset(file);
        if (!entries.isSparse(file)) {
            return new RangeInput(tar, offset, entries.size(file));
        }
        tar.seek(offset);
        TarReader reader = new TarReader(tar.inputStream(), TarLimits.DEFAULT, offset);
        if (reader.next() == null) {
            reader.close();
            throw new NoSuchFileException(entries.path(file).toString());
        }
        return new java.io.FilterInputStream(reader.content()) {
            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }

    /// The blob's content as a temporary file.
    private Path decompressed() throws IOException {
        Path temp = store.newTempFile("tar");
        try (InputStream in = openBlob();
                Fd out = create(temp);
                OutputStream to = out.outputStream()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                to.write(buffer, 0, n);
            }
        }
        return temp;
    }

    @Override
    public Path tree() throws IOException {
        keep();
        Path tree = directory.part(LayerDirectory.TREE);
        if (hasTree()) {
            return tree;
        }
        try (FileLock _ = lock()) {
            if (!hasTree()) { // nobody made it while this waited
                Path temp = store.newTemp("unpack");
                try (Dir holder = Dir.open(temp)) {
                    TreeUnpacker.unpack(
                            index(),
                            holder,
                            RawPath.of(LayerDirectory.TREE),
                            () -> new BufferedInputStream(openTar(), BUFFER_BYTES));
                    directory.add(LayerDirectory.TREE, temp.resolve(LayerDirectory.TREE));
                } finally {
                    StoredLayers.discard(temp);
                }
                treeIsThere = true;
            }
        }
        return tree;
    }

    @Override
    public Lower lower() throws IOException {
        keep();
        if (!hasTree() && record.origin() != LayerRecord.Origin.TREE && store.mountsErofs()) {
            boolean there = has(LayerDirectory.EROFS) && has(LayerDirectory.TAR);
            if (!there && !isSoonUnpacked()) {
                makeErofs();
            }
            if (has(LayerDirectory.EROFS) && has(LayerDirectory.TAR)) {
                return new Lower.Erofs(
                        directory.part(LayerDirectory.EROFS), directory.part(LayerDirectory.TAR));
            }
        }
        return new Lower.Directory(tree());
    }

    private boolean isSoonUnpacked() throws IOException {
        return store.form() == LowerForm.CHEAPEST
                && record.sizeBytes() <= SMALL_BYTES
                && index().count() <= SMALL_RECORDS;
    }

    /// Makes the metadata of a file system on the tar, and that one too if it is missing, unless
    /// the layer says what a file system of this kind cannot.
    private void makeErofs() throws IOException {
        ErofsImage image = ErofsImage.of(index(), record.sizeBytes());
        if (image == null) {
            return;
        }
        try (FileLock _ = lock()) {
            if (!has(LayerDirectory.TAR)) {
                directory.add(LayerDirectory.TAR, decompressed());
            }
            if (!has(LayerDirectory.EROFS)) { // nobody made it while this waited
                Path temp = store.newTempFile("erofs");
                try (Fd out = create(temp);
                        OutputStream to = out.outputStream()) {
                    image.write(diffId, to);
                }
                directory.add(LayerDirectory.EROFS, temp);
            }
        }
    }

    boolean hasTree() throws IOException {
        if (!treeIsThere) {
            treeIsThere = has(LayerDirectory.TREE);
        }
        return treeIsThere;
    }

    @Override
    public List<Descriptor> blobs() throws IOException {
        List<Descriptor> here = new ArrayList<>();
        Descriptor own = record.blob();
        if (own != null) {
            here.add(own);
        }
        for (LayerBlobs.Known known : LayerBlobs.read(directory)) {
            if (isHere(known.descriptor()) && !known.descriptor().equals(own)) {
                here.add(known.descriptor());
            }
        }
        return here;
    }

    @Override
    public Descriptor compress(Compression compression, @Nullable Consumer<GrowingBlob> follower)
            throws IOException {
        keep();
        String id = compression.id();
        Descriptor known = knownFrom(id);
        if (known != null) {
            return known;
        }
        try (FileLock _ = lock()) {
            known = knownFrom(id);
            if (known != null) {
                return known;
            }
            Descriptor made = compressNow(compression, follower);
            LayerBlobs.add(store, directory, new LayerBlobs.Known(made, id));
            return made;
        }
    }

    @Override
    public @Nullable Descriptor remembered(Compression compression) throws IOException {
        Descriptor last = null;
        for (LayerBlobs.Known known : LayerBlobs.read(directory)) {
            if (known.compressor().equals(compression.id())) {
                last = known.descriptor();
            }
        }
        return last;
    }

    private @Nullable Descriptor knownFrom(String compressor) throws IOException {
        for (LayerBlobs.Known known : LayerBlobs.read(directory)) {
            if (!known.compressor().equals(compressor)) {
                continue;
            }
            store.lease().use(known.descriptor().digest());
            if (isHere(known.descriptor())) {
                return known.descriptor();
            }
        }
        return null;
    }

    private boolean isHere(Descriptor blob) {
        return store.blobs().contains(blob.digest());
    }

    /// Keeps the layer, and what it is made from, from the collector.
    private void keep() throws ImageException {
        if (kept) {
            return;
        }
        Descriptor blob = record.blob();
        store.lease().use(blob == null ? List.of(diffId) : List.of(diffId, blob.digest()));
        boolean there =
                Files.exists(directory.part(LayerDirectory.RECORD))
                        && (blob == null || store.blobs().contains(blob.digest()));
        if (!there) {
            throw new InvalidImageException(
                    "layer " + diffId + " was removed from the store meanwhile",
                    "Pull, load or build the image again.");
        }
        kept = true;
    }

    private Descriptor compressNow(
            Compression compression, @Nullable Consumer<GrowingBlob> follower) throws IOException {
        try (BlobWriter blob = store.blobs().create();
                InputStream tar = openTar()) {
            GrowingBlob growing = follower == null ? null : blob.growing();
            if (growing != null && follower != null) {
                follower.accept(growing);
            }
            // Closing the compressor must not discard the blob.
            try (OutputStream out = compression.to(new Unclosed(blob), Host.cpuCount())) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
                    out.write(buffer, 0, n);
                    if (Thread.currentThread().isInterrupted()) {
                        throw new InterruptedIOException("interrupted while compressing");
                    }
                }
            }
            Digest digest = blob.end();
            if (!isSent(blob, growing)) {
                blob.commit(null, -1);
            }
            return Descriptor.of(mediaType(compression.format()), digest, blob.size());
        }
    }

    /// Whether the blob, which is no smaller than the tar, is where it was meant to go: to keep it
    /// would only take twice the space, and longer than all the rest for the disk to write it. If
    /// it takes long to go there it is kept, so that another attempt can go on from there.
    private boolean isSent(BlobWriter blob, @Nullable GrowingBlob growing) throws IOException {
        return growing != null
                && blob.size() >= record.sizeBytes() / 100 * WORTHLESS_PERCENT
                && has(LayerDirectory.TAR)
                && growing.awaitTaken(SENT_WITHIN);
    }

    private static String mediaType(Format format) {
        return switch (format) {
            case NONE -> MediaTypes.OCI_LAYER;
            case GZIP -> MediaTypes.OCI_LAYER_GZIP;
            case ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
            case BZIP2, XZ -> throw new IllegalArgumentException("OCI has no layers in " + format);
        };
    }

    private boolean has(String part) throws IOException {
        return directory.has(part, record.bootId());
    }

    private FileLock lock() throws ImageException {
        return StoredLayers.lock(store, diffId);
    }

    private static Fd openFile(Path file) throws IOException {
        return Fd.open(file, OpenFlags.O_RDONLY, 0);
    }

    private static Fd create(Path file) throws IOException {
        return Fd.open(file, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0644);
    }

    /// Passes on all but the close.
    private static final class Unclosed extends OutputStream {
        private final OutputStream out;

        Unclosed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }
    }
}
