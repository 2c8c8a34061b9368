package dev.slipway.cli;

import dev.slipway.build.BuildCache;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.Layer;
import dev.slipway.image.Store;
import dev.slipway.image.StoredImage;
import dev.slipway.linux.Dir;
import dev.slipway.linux.DirEntry;
import dev.slipway.linux.Errno;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Resolve;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What takes how much of the disk in a store.
///
/// @param images how many there are
/// @param imageBytes of all layers and blobs they need
/// @param volumes names with the bytes they hold
/// @param cached what the build cache holds
/// @param cacheBytes of layers that only the cache needs, and of cache mounts
/// @param otherBytes of what nothing refers to: interrupted work, downloads that were used
record DiskUsage(
        int images,
        long imageBytes,
        List<Volume> volumes,
        List<BuildCache.Item> cached,
        long cacheBytes,
        long otherBytes) {
    private static final int BLOCK_BYTES = 512;

    /// A named volume.
    record Volume(String name, long bytes) {}

    static DiskUsage of(Store store) throws IOException {
        Set<Digest> needed = new HashSet<>();
        List<StoredImage> images = new ImageCatalog(store).list();
        for (StoredImage stored : images) {
            need(stored, store, needed);
        }
        Path home = store.home();
        long imageBytes = 0;
        long other = bytes(home.resolve("tmp"));
        long cacheBytes = bytes(home.resolve("cache"));
        for (Digest layer : store.layers().list()) {
            long bytes = bytes(home.resolve("layers").resolve(layer.hex()));
            imageBytes += needed.contains(layer) ? bytes : 0;
            cacheBytes += needed.contains(layer) ? 0 : bytes;
        }
        try (Dir blobs = Dir.open(home.resolve("blobs").resolve(Digest.SHA256))) {
            for (DirEntry entry : blobs.list()) {
                boolean used = needed.contains(new Digest(Digest.SHA256, entry.name().latin1()));
                long bytes = blobs.stat(entry.name()).blocks() * BLOCK_BYTES;
                imageBytes += used ? bytes : 0;
                other += used ? 0 : bytes;
            }
        }
        List<BuildCache.Item> cached = new BuildCache(store).list();
        return new DiskUsage(images.size(), imageBytes, volumes(home), cached, cacheBytes, other);
    }

    private static void need(StoredImage stored, Store store, Set<Digest> needed)
            throws IOException {
        needed.add(stored.target().digest());
        Image image = stored.image();
        if (image == null) {
            return;
        }
        needed.add(image.manifest().digest());
        needed.add(image.id());
        for (Digest diffId : image.config().diffIds()) {
            needed.add(diffId);
            Layer layer = store.layers().find(diffId).orElse(null);
            for (Descriptor blob : layer == null ? List.<Descriptor>of() : layer.blobs()) {
                needed.add(blob.digest());
            }
        }
    }

    private static List<Volume> volumes(Path home) throws IOException {
        List<Volume> volumes = new ArrayList<>();
        for (String name : Volumes.names(home)) {
            volumes.add(new Volume(name, bytes(home.resolve("volumes").resolve(name))));
        }
        return volumes;
    }

    private static long bytes(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Dir dir = Dir.open(directory)) {
            return bytes(dir);
        }
    }

    private static long bytes(Dir dir) throws LinuxException {
        long bytes = 0;
        for (DirEntry entry : dir.list()) {
            FileStat stat = dir.statIfExists(entry.name());
            if (stat == null) {
                continue; // removed meanwhile
            }
            bytes += stat.blocks() * BLOCK_BYTES / Math.max(1, linksOf(stat));
            if (stat.type() == FileType.DIRECTORY) {
                try (Dir child = dir.openDir(entry.name(), Resolve.NO_SYMLINKS)) {
                    bytes += bytes(child);
                } catch (LinuxException e) {
                    if (e.errno() != Errno.ENOENT) {
                        throw e;
                    }
                }
            }
        }
        return bytes;
    }

    /// Each name of a file counts its share.
    private static int linksOf(FileStat stat) {
        return stat.type() == FileType.DIRECTORY ? 1 : stat.links();
    }
}
