package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What takes how much of the disk, as `docker system df` shows it. Objects that images share count
/// once; an object that an image and something else use counts for the image.
///
/// @param images how many there are, dangling ones included
/// @param imagesInUse how many of them containers or other roots use
/// @param imageBytes of all objects of images
/// @param imageReclaimableBytes of these, what pruning all images would free
/// @param cacheObjects blobs and layers that no image uses but others do
/// @param cacheBytes of these
/// @param unusedBytes of objects that nothing uses: free for the collector
/// @param temporaryBytes of work in flight, or of what dead processes left
public record StoreUsage(
        int images,
        int imagesInUse,
        long imageBytes,
        long imageReclaimableBytes,
        int cacheObjects,
        long cacheBytes,
        long unusedBytes,
        long temporaryBytes) {

    /// Measures the store. What comes or goes meanwhile may or may not count.
    ///
    /// @param roots who refers to objects besides images
    public static StoreUsage measure(Store store, List<Roots> roots) throws ImageException {
        try {
            return new Measuring(store, roots).run();
        } catch (IOException e) {
            throw StoreException.of(store.home(), "measure the store", e);
        }
    }

    private static final class Measuring {
        private final Store store;
        private final Marks ofImages;
        private final Marks ofOthers;
        private int images;
        private int imagesInUse;
        private long imageBytes;
        private long reclaimable;
        private int cacheObjects;
        private long cacheBytes;
        private long unused;

        Measuring(Store store, List<Roots> roots) throws IOException {
            this.store = store;
            this.ofImages = new Marks(store);
            this.ofOthers = new Marks(store);
            for (Roots each : roots) {
                each.mark(store, ofOthers);
            }
        }

        StoreUsage run() throws IOException {
            Set<Digest> seen = new HashSet<>();
            for (NamedImage each : store.images().list()) {
                if (seen.add(each.target().digest())) {
                    images++;
                    imagesInUse += ofOthers.isImageUsed(each.target().digest()) ? 1 : 0;
                    ofImages.keepImage(each.target());
                }
            }
            addLayers();
            addBlobs();
            return new StoreUsage(
                    images,
                    imagesInUse,
                    imageBytes,
                    reclaimable,
                    cacheObjects,
                    cacheBytes,
                    unused,
                    temporaries());
        }

        /// Before blobs: a layer in use keeps its compressed forms.
        private void addLayers() throws IOException {
            try (Dir layers = Dir.open(store.home().resolve("layers"))) {
                for (Digest diffId : store.layers().list()) {
                    LayerFacts facts = LayerFacts.peek(store, diffId);
                    List<Descriptor> blobs = facts == null ? List.of() : facts.blobs();
                    for (Descriptor blob : blobs) {
                        keepWith(diffId, blob.digest(), ofImages);
                        keepWith(diffId, blob.digest(), ofOthers);
                    }
                    add(diffId, DiskUse.of(layers, RawPath.of(diffId.hex())));
                }
            }
        }

        private static void keepWith(Digest layer, Digest blob, Marks marks) {
            if (marks.isKept(layer)) {
                marks.keep(blob);
            }
        }

        private void addBlobs() throws IOException {
            for (Digest blob : store.blobs().list()) {
                Path path = store.blobs().path(blob);
                try (Dir parent = Dir.open(path.resolveSibling("."))) {
                    FileStat stat = parent.statIfExists(RawPath.of(blob.hex()));
                    add(blob, stat == null ? 0 : stat.blocks() * 512);
                }
            }
        }

        private void add(Digest digest, long bytes) {
            boolean others = ofOthers.isKept(digest);
            if (ofImages.isKept(digest)) {
                imageBytes += bytes;
                reclaimable += others ? 0 : bytes;
            } else if (others) {
                cacheObjects++;
                cacheBytes += bytes;
            } else {
                unused += bytes;
            }
        }

        private long temporaries() throws LinuxException {
            try (Dir home = Dir.open(store.home())) {
                return DiskUse.of(home, RawPath.of("tmp"));
            }
        }
    }
}
