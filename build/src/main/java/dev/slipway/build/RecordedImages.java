package dev.slipway.build;

import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The store's images as a past build had them: a name may stand for another by now, or have stood
/// for one by a lock alone.
final class RecordedImages implements ImageSource {
    private final ImageSource images = ImageSource.localOnly();
    private final Map<Reference, Digest> digests = new HashMap<>();

    /// Notes what a name stood for.
    void put(Reference name, Digest digest) {
        digests.put(name.withDefaultTag(), digest);
    }

    @Override
    public Optional<Image> find(Store store, Reference reference, Platform platform, boolean pull)
            throws IOException, InterruptedException {
        var name = reference.withDefaultTag();
        var digest = digests.get(name);
        if (digest != null) {
            var then = new Reference(name.registry(), name.repository(), name.tag(), digest);
            var image = images.find(store, then, platform, false);
            if (image.isPresent()) {
                return image;
            }
        }
        return images.find(store, name, platform, false);
    }

    @Override
    public String description() {
        return images.description();
    }
}
