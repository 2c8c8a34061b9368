package dev.slipway.build;

import dev.slipway.distribution.Pull;
import dev.slipway.distribution.Registries;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Image;
import dev.slipway.image.ImageException;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The store's images, and those that registries have. What the store has costs no more than if
/// there were no registries: nothing of them is loaded.
final class RegistryImages implements ImageSource {
    private final Supplier<Registries> registries;

    /// What was asked for anew already: a command may plan more than once.
    private final Set<String> asked = new HashSet<>();

    /// Each pull has registries of its own: a mirror that failed one is not asked by the next.
    private Set<String> failedMirrors = Set.of();

    RegistryImages(Supplier<Registries> registries) {
        this.registries = registries;
    }

    @Override
    public Optional<Image> find(Store store, Reference reference, Platform platform, boolean pull)
            throws IOException {
        var name = reference.withDefaultTag();
        boolean anew = pull && !asked.contains(name + " " + platform);
        var found = store.images().find(name);
        if (found.isPresent() && !anew) {
            try {
                return Optional.of(Image.load(store, found.get(), platform));
            } catch (ImageException local) {
                return Optional.of(instead(local, store, name, platform));
            }
        }
        return Optional.of(pulled(store, name, platform));
    }

    /// The image that a registry has in place of one that is of another platform, or damaged.
    private Image instead(ImageException local, Store store, Reference name, Platform platform)
            throws IOException {
        try {
            return pulled(store, name, platform);
        } catch (ImageException e) {
            local.addSuppressed(e);
            throw local;
        }
    }

    private Image pulled(Store store, Reference name, Platform platform) throws IOException {
        Descriptor target;
        try (var open = registries.get()) {
            open.passOver(failedMirrors);
            target = NetworkWait.of(() -> new Pull(open, store).pull(name, platform).target());
            failedMirrors = open.failedMirrors();
        }
        asked.add(name + " " + platform);
        return Image.load(store, target, platform);
    }

    @Override
    public String description() {
        return "the store and its registry";
    }
}
