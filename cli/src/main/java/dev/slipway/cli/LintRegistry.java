package dev.slipway.cli;

import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RemoteManifest;
import dev.slipway.distribution.Repository;
import dev.slipway.image.Descriptor;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.ImageException;
import dev.slipway.image.Index;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Optional;

/// Configurations of images that are not in the store, asked of their registries; files are not
/// fetched, and nothing is kept.
final class LintRegistry implements AutoCloseable {
    private final Registries registries;

    LintRegistry(Session session) {
        this.registries = RegistryAccess.open(session, RegistryAccess.progress(session, true));
    }

    /// Returns the configuration of an image.
    ///
    /// @param platform null for this machine's
    /// @throws IOException if there is none, or the registry cannot be reached
    ImageConfig config(String name, @Nullable Platform platform) throws IOException {
        Reference reference = registries.parse(name).withDefaultTag();
        RemoteManifest found = find(reference, name);
        if (MediaTypes.isIndex(found.descriptor().mediaType())) {
            Platform wanted = platform == null ? Platform.host() : platform;
            Optional<Descriptor> chosen = Index.parse(found.raw()).select(wanted);
            if (chosen.isEmpty()) {
                throw new ImageException("it has no platform " + wanted);
            }
            Reference one =
                    new Reference(
                            reference.registry(),
                            reference.repository(),
                            null,
                            chosen.get().digest());
            found = find(one, name);
        }
        Repository repository = registries.repository(reference);
        Descriptor config = Manifest.parse(found.raw()).config();
        return ImageConfig.parse(repository.smallBlob(config, ImageConfig.MAX_BYTES));
    }

    private RemoteManifest find(Reference reference, String name) throws IOException {
        Optional<RemoteManifest> found = registries.find(reference);
        if (found.isEmpty()) {
            throw new ImageException("there is no " + name + " in its registry");
        }
        return found.get();
    }

    @Override
    public void close() {
        registries.close();
    }
}
