package dev.slipway.build;

import dev.slipway.distribution.RegistryException;
import dev.slipway.image.Image;
import dev.slipway.image.ImageException;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Optional;

/// The images of another source, by the digests that a lock has for their names, and no others.
record LockedImages(LockFile lock, ImageSource images) implements ImageSource {
    private static final int NOT_FOUND = 404;

    @Override
    public Optional<Image> find(Store store, Reference reference, Platform platform, boolean pull)
            throws IOException, InterruptedException {
        var entry = lock.image(reference.withDefaultTag());
        var pinned = entry.pinned();
        try {
            var image = images.find(store, pinned, platform, pull && !entry.isFromStore());
            if (image.isPresent()) {
                return image;
            }
        } catch (RegistryException e) {
            if (e.status() == NOT_FOUND) {
                throw gone(entry, e);
            }
            throw e;
        }
        throw gone(entry, null);
    }

    private ImageException gone(LockEntry entry, @Nullable Throwable cause) {
        return new ImageException(
                "there is no " + entry.pinned().familiar() + ", which " + lock.name() + " asks for",
                "looked in "
                        + images.description()
                        + "; if it is gone for good, lock what is there now: slipway lock --update="
                        + entry.reference().familiar(),
                cause);
    }

    @Override
    public String description() {
        return images.description();
    }
}
