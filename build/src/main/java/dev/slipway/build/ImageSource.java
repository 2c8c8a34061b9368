package dev.slipway.build;

import dev.slipway.distribution.Registries;
import dev.slipway.image.Image;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/// Where base images come from. The store is always asked; registries plug in here.
public interface ImageSource {
    /// Finds an image, fetching what is needed to know its config.
    ///
    /// @param pull whether to ask its origin even if the store has it
    /// @return empty if no image of that name and platform is to be had
    Optional<Image> find(Store store, Reference reference, Platform platform, boolean pull)
            throws IOException, InterruptedException;

    /// Where this source looks, for the message when nothing was found.
    String description();

    /// Looks in the store, and pulls what is missing there, or is to be asked for anew.
    ///
    /// @param registries opened for each pull, and closed
    static ImageSource pulling(Supplier<Registries> registries) {
        return new RegistryImages(registries);
    }

    /// Takes of another source what a lock has for a name, by its digest, and nothing else.
    ///
    /// @param lock that it is not there, or does not have a name, is a [LockException] when an
    ///   image is looked for
    static ImageSource locked(LockFile lock, ImageSource images) {
        return new LockedImages(lock, images);
    }

    /// Looks in the store alone.
    static ImageSource localOnly() {
        return new LocalImages();
    }
}
