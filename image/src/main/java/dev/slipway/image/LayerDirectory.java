package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A layer's directory in the store, and how what is in it survives a power cut.
///
///     layer.json   what the layer is (LayerRecord)
///     index        what it holds (LayerIndex)
///     tar          the uncompressed tar, if it is kept
///     contents     the digests of the contents (ContentDigests), if they were known
///     midstates    what its digest had come to on the way (Midstates), of a large tar
///     tree/        the tree, if it was unpacked or adopted
///     erofs        the files of the tar as a file system to mount (ErofsImage), if it was mounted
///     blobs.json   further compressed forms (LayerBlobs)
///     NAME.boot    the boot in which the part NAME was added later than `layer.json`
///     NAME.synced  that NAME is on the disk; for `layer.json`, with all that was there with it
///
/// A part counts if it is marked as synced or was written in this boot ([Store], "Durability").
/// Marks are empty files, since a name alone is on the disk as soon as anything after it is. One
/// serves all that a layer was made with: to make a file in a directory is the dear part of it.
final class LayerDirectory {
    static final String RECORD = "layer.json";
    static final String INDEX = "index";
    static final String TAR = "tar";
    static final String TREE = "tree";
    static final String EROFS = "erofs";
    static final String CONTENTS = "contents";
    static final String MIDSTATES = "midstates";

    private static final String BOOT = ".boot";
    private static final String SYNCED = ".synced";

    private final Store store;
    private final Path path;

    LayerDirectory(Store store, Path path) {
        this.store = store;
        this.path = path;
    }

    static LayerDirectory of(Store store, Digest diffId) {
        return new LayerDirectory(store, store.home().resolve("layers").resolve(diffId.hex()));
    }

    Path path() {
        return path;
    }

    Path part(String name) {
        return path.resolve(name);
    }

    /// Whether the part is here and can be relied on.
    ///
    /// @param layerBoot the boot in which the layer itself was written
    boolean has(String part, String layerBoot) throws IOException {
        if (!Files.exists(part(part))) {
            return false;
        }
        boolean addedLater = !part.equals(RECORD) && Files.exists(mark(part, BOOT));
        String marked = addedLater ? part : RECORD;
        if (Files.exists(mark(marked, SYNCED))) {
            return true;
        }
        if (!(addedLater ? bootOf(part) : layerBoot).equals(store.bootId())) {
            return false;
        }
        whenDurable(marked);
        return true;
    }

    /// @return empty if another process replaces the part at this moment
    private String bootOf(String part) throws IOException {
        try {
            return Files.readString(mark(part, BOOT), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    /// Has a part marked as synced after the next commit. Marking it twice does no harm.
    void whenDurable(String part) {
        Path mark = mark(part, SYNCED);
        store.whenDurable(() -> {
            try {
                Files.createFile(mark);
            } catch (FileAlreadyExistsException | NoSuchFileException _) {
                // Another did it, or the layer is gone.
            }
        });
    }

    /// Adds a part that was made in a temporary directory, in place of one that does not count. The
    /// caller holds the layer's lock.
    void add(String part, Path made) throws IOException {
        remove(part);
        Files.writeString(mark(part, BOOT), store.bootId(), StandardCharsets.ISO_8859_1);
        Files.move(made, part(part), StandardCopyOption.ATOMIC_MOVE);
        whenDurable(part);
    }

    /// Removes a part with its marks: the marks first, so that nothing half removed counts.
    void remove(String part) throws IOException {
        try (Dir dir = Dir.open(path)) {
            dir.removeTree(RawPath.of(part + SYNCED));
            dir.removeTree(RawPath.of(part + BOOT));
            dir.removeTree(RawPath.of(part));
        }
    }

    private Path mark(String part, String suffix) {
        return path.resolve(part + suffix);
    }
}
