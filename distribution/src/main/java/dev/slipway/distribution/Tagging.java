package dev.slipway.distribution;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Reference;

import java.io.IOException;
import java.util.Optional;

/// Gives tags to an image that its repository has already.
public final class Tagging {
    private final Repository repository;
    private final RemoteManifest manifest;

    private Tagging(Repository repository, RemoteManifest manifest) {
        this.repository = repository;
        this.manifest = manifest;
    }

    /// Finds an image to give tags to.
    ///
    /// @param name whose repository counts
    /// @throws RegistryException if the repository does not have it
    public static Tagging of(Registries registries, Reference name, Digest digest)
            throws IOException {
        Reference image = new Reference(name.registry(), name.repository(), null, digest);
        return new Tagging(registries.repository(name), IndexEdit.require(registries, image));
    }

    /// Has a tag stand for the image, and looks whether it does: registries know no condition under
    /// which to take a manifest, so that another may have set the tag at the same time.
    ///
    /// @throws RegistryException if it stands for another image
    public void set(String tag) throws IOException {
        Digest digest = manifest.descriptor().digest();
        new Publication(repository, manifest).put(tag);
        Optional<Descriptor> now = repository.head(tag);
        if (now.isEmpty() || !now.get().digest().equals(digest)) {
            throw RegistryException.of(
                    repository.name()
                            + ":"
                            + tag
                            + " was set to another image at the same time: "
                            + (now.isEmpty() ? "it is gone" : now.get().digest()),
                    "See who else pushes it, and run this again.",
                    repository.host().name(),
                    null);
        }
    }
}
