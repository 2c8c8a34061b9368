package dev.slipway.build;

import dev.slipway.image.Image;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import java.io.IOException;
import java.util.Optional;

/// The images the store already has.
final class LocalImages implements ImageSource {
    @Override
    public Optional<Image> find(Store store, Reference reference, Platform platform, boolean pull)
            throws IOException {
        var found = store.images().find(reference.withDefaultTag());
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(Image.load(store, found.get(), platform));
    }

    @Override
    public String description() {
        return "the store";
    }
}
