package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Collects what is in use, with all that it needs: an index its manifests, a manifest its
/// configuration and layers, a layer its compressed forms. Not thread-safe.
public final class Marks {
    private static final int MAX_NESTING = 4;

    private final Store store;
    private final Set<Digest> kept = new HashSet<>();
    private final Set<Digest> leased = new HashSet<>();
    private final Map<Digest, String> images = new HashMap<>();

    Marks(Store store) {
        this.store = store;
    }

    /// Keeps a blob, a layer, or both, and nothing else.
    public void keep(Digest digest) {
        kept.add(digest);
    }

    /// Keeps blobs and layers.
    public void keepAll(Collection<Digest> digests) {
        kept.addAll(digests);
    }

    /// Keeps an object that a live process works with.
    void lease(Digest digest) {
        leased.add(digest);
        kept.add(digest);
    }

    /// Keeps an image with all its parts; its names may still be taken away.
    public void keepImage(Descriptor target) {
        keep(target.digest(), target.mediaType(), 0);
    }

    /// Keeps an image and forbids removing it, even by name.
    ///
    /// @param user shown to whoever tries, as "container 3f2a"
    public void useImage(Descriptor target, String user) {
        images.put(target.digest(), user);
        keepImage(target);
    }

    /// Returns who uses the image, null if nobody does.
    @Nullable String user(Digest target) {
        return images.get(target);
    }

    /// Whether more than the image's parts are wanted: whether the image as such is.
    boolean isImageUsed(Digest target) {
        return images.containsKey(target) || leased.contains(target);
    }

    boolean isKept(Digest digest) {
        return kept.contains(digest);
    }

    Set<Digest> kept() {
        return kept;
    }

    private void keep(Digest digest, String mediaType, int nesting) {
        kept.add(digest);
        if (nesting > MAX_NESTING || !store.blobs().contains(digest)) {
            return;
        }
        try {
            byte[] raw = store.blobs().read(digest, Manifest.MAX_BYTES);
            if (MediaTypes.isIndex(mediaType)) {
                for (Descriptor each : Index.parse(raw).manifests()) {
                    keep(each.digest(), each.mediaType(), nesting + 1);
                }
            } else {
                keepManifest(Manifest.parse(raw));
            }
        } catch (ImageException _) {
            // Damaged: what it needs cannot be told, and it is of no use without a repair.
        }
    }

    private void keepManifest(Manifest manifest) throws ImageException {
        kept.add(manifest.config().digest());
        for (Descriptor layer : manifest.layers()) {
            kept.add(layer.digest());
        }
        if (!store.blobs().contains(manifest.config().digest())) {
            return;
        }
        byte[] raw = store.blobs().read(manifest.config().digest(), ImageConfig.MAX_BYTES);
        kept.addAll(ImageConfig.parse(raw).diffIds());
    }
}
