package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.DirEntry;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The layers in a store's `layers/`, a directory each ([LayerDirectory]).
final class StoredLayers implements Layers {
    /// `OVL_MAX_STACK` of Linux, `fs/overlayfs/super.c`.
    private static final int OVERLAY_LAYERS = 500;

    private static final int BUFFER_BYTES = 256 << 10;

    private final Store store;

    StoredLayers(Store store) {
        this.store = store;
    }

    @Override
    public Optional<Layer> find(Digest diffId) throws IOException {
        if (!diffId.algorithm().equals(Digest.SHA256)) {
            return Optional.empty();
        }
        LayerDirectory directory = LayerDirectory.of(store, diffId);
        return Optional.ofNullable(open(diffId, directory));
    }

    /// @return null if the layer is not here, or came to harm in a power cut
    private @Nullable StoredLayer open(Digest diffId, LayerDirectory directory) throws IOException {
        LayerRecord record;
        try {
            record = LayerRecord.parse(Files.readAllBytes(directory.part(LayerDirectory.RECORD)));
        } catch (NoSuchFileException | ImageException _) {
            return null;
        }
        String source =
                switch (record.origin()) {
                    case TREE -> LayerDirectory.TREE;
                    case TAR -> LayerDirectory.TAR;
                    case BLOB -> LayerDirectory.INDEX;
                };
        if (!directory.has(LayerDirectory.RECORD, record.bootId())
                || !directory.has(source, record.bootId())) {
            return null;
        }
        Descriptor blob = record.blob();
        if (blob != null && !store.blobs().contains(blob.digest())) {
            return null;
        }
        return new StoredLayer(store, diffId, directory, record);
    }

    @Override
    public List<Digest> list() throws IOException {
        List<Digest> found = new ArrayList<>();
        try (Dir dir = Dir.open(store.home().resolve("layers"))) {
            for (DirEntry entry : dir.list()) {
                try {
                    found.add(Digest.parse(Digest.SHA256 + ":" + entry.name().latin1()));
                } catch (InvalidDigestException _) {
                    // Not ours: left alone.
                }
            }
        }
        return found;
    }

    @Override
    public LayerWriter create() throws IOException {
        return new TarLayerWriter(this, store.newTemp("layer"), null);
    }

    @Override
    public LayerWriter createLike(Digest diffId) throws IOException {
        EarlierLayer earlier = earlier(diffId);
        try {
            return new TarLayerWriter(this, store.newTemp("layer"), earlier);
        } catch (IOException | RuntimeException e) {
            if (earlier != null) {
                earlier.close();
            }
            throw e;
        }
    }

    /// Null if there is nothing to be taken from the layer; it is only a short cut.
    private @Nullable EarlierLayer earlier(Digest diffId) {
        try {
            Layer layer = find(diffId).orElse(null);
            return layer instanceof StoredLayer stored ? stored.earlier() : null;
        } catch (IOException _) {
            return null; // removed meanwhile, or damaged
        }
    }

    @Override
    public Layer add(InputStream blob, Descriptor expected, @Nullable Digest expectedDiffId)
            throws IOException {
        return new LayerImport(store, this, expected, expectedDiffId).run(blob);
    }

    @Override
    public Layer add(
            BlobWriter part, InputStream rest, Descriptor expected, @Nullable Digest expectedDiffId)
            throws IOException {
        return new LayerImport(store, this, expected, expectedDiffId).run(part, rest);
    }

    @Override
    public void makeUpper(Path upper, FileTree lower) throws IOException {
        FileEntry root = lower.lookup(RawPath.ROOT).orElse(FileEntry.directory(RawPath.ROOT, 0755));
        RawPath name = RawPath.of(String.valueOf(upper.getFileName()));
        try (Dir holder = Dir.open(upper.resolveSibling("."))) {
            holder.mkdir(name, 0700);
            try (TreeWriter writer = new TreeWriter(holder, name)) {
                writer.finishDirectory(root, false);
            }
        }
    }

    @Override
    public Layer adoptTree(Path upper, FileTree lower) throws IOException {
        LayerIndex index;
        Digest diffId;
        long size;
        try (Dir dir = Dir.open(upper)) {
            index = new UpperScan(dir, lower).scan();
        }
        try (CanonicalTar tar = new CanonicalTar(index, Dir.open(upper));
                ParallelDigest digest = new ParallelDigest()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            size = digest.count();
            diffId = digest.finish();
        }
        Path temp = store.newTemp("adopt");
        try {
            Files.move(upper, temp.resolve(LayerDirectory.TREE), StandardCopyOption.ATOMIC_MOVE);
            LayerRecord record = newRecord(size, index, LayerRecord.Origin.TREE, null);
            return install(temp, diffId, record, index);
        } finally {
            discard(temp);
        }
    }

    @Override
    public List<Lower> lowers(List<Layer> bottomFirst) throws IOException {
        var lowers = new LowerDirectories(store, bottomFirst).lowers();
        if (lowers.size() > OVERLAY_LAYERS) {
            throw new ImageException(
                    "a mount of "
                            + lowers.size()
                            + " layers is more than overlayfs takes, which is "
                            + OVERLAY_LAYERS,
                    "build the image with --squash, which puts its layers together",
                    null);
        }
        return lowers;
    }

    LayerRecord newRecord(
            long size, LayerIndex index, LayerRecord.Origin origin, @Nullable Descriptor blob)
            throws ImageException {
        return new LayerRecord(store.bootId(), size, index.count(), origin, blob);
    }

    /// Makes a finished layer visible: `temp` with its form in it becomes the layer's directory,
    /// unless the layer is there already.
    Layer install(Path temp, Digest diffId, LayerRecord record, LayerIndex index)
            throws IOException {
        LayerDirectory directory = LayerDirectory.of(store, diffId);
        store.lease().use(diffId);
        try (FileLock _ = lock(store, diffId)) {
            StoredLayer there = open(diffId, directory);
            if (there != null) {
                contribute(temp, directory, there);
                return there;
            }
            if (Files.exists(directory.path())) { // what a power cut left
                Path gone = store.newTemp("damaged");
                Files.move(directory.path(), gone, StandardCopyOption.ATOMIC_MOVE);
                discard(gone);
            }
            Files.write(temp.resolve(LayerDirectory.INDEX), index.encoded());
            Files.write(temp.resolve(LayerDirectory.RECORD), record.toBytes(diffId));
            Files.move(temp, directory.path(), StandardCopyOption.ATOMIC_MOVE);
            directory.whenDurable(LayerDirectory.RECORD);
        }
        StoredLayer made = open(diffId, directory);
        if (made == null) {
            throw new ImageException("layer " + diffId + " vanished as soon as it was stored");
        }
        return made;
    }

    /// Keeps a tree that an equal layer does not have yet: it would be unpacked sooner or later. A
    /// tar is not worth its space.
    private static void contribute(Path temp, LayerDirectory directory, StoredLayer there)
            throws IOException {
        Path tree = temp.resolve(LayerDirectory.TREE);
        if (Files.exists(tree) && !there.hasTree()) {
            directory.add(LayerDirectory.TREE, tree);
        }
    }

    static FileLock lock(Store store, Digest diffId) throws ImageException {
        return store.lock("layer " + diffId);
    }

    /// Removes a temporary directory, if it is still there.
    static void discard(Path temp) throws IOException {
        if (Files.exists(temp)) {
            try (Dir parent = Dir.open(temp.resolveSibling("."))) {
                parent.removeTree(RawPath.of(String.valueOf(temp.getFileName())));
            }
        }
    }
}
