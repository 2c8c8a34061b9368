package dev.slipway.distribution;

import dev.slipway.image.BlobWriter;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Manifest;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import java.io.IOException;
import java.util.Optional;

/// Brings of an image what tells about it, its manifests and its configuration, and none of its
/// layers. It gets no name in the store: the collector takes it when the store is closed.
public final class Glance {
    private final Registries registries;
    private final Store store;

    public Glance(Registries registries, Store store) {
        this.registries = registries;
        this.store = store;
    }

    /// Looks at an image; empty if no registry that may have it does.
    ///
    /// @return the image, whose target is what the name stands for; its layers are not there
    /// @throws RegistryException if none can be asked
    public Optional<Image> look(Reference name, Platform platform) throws IOException {
        return registries.first(
                name,
                source -> {
                    Optional<RemoteManifest> found = source.find(Registries.wanted(name));
                    return found.isPresent()
                            ? Optional.of(take(source, found.get(), platform))
                            : Optional.empty();
                });
    }

    private Image take(Repository source, RemoteManifest root, Platform platform)
            throws IOException {
        keep(root.descriptor().digest(), root.raw());
        if (!root.isIndex()) {
            config(source, root.manifest());
        } else {
            Optional<Descriptor> chosen = root.index().select(platform);
            if (chosen.isPresent()) {
                config(source, child(source, chosen.get()));
            } // else loading says which platforms there are
        }
        return Image.load(store, root.descriptor(), platform);
    }

    private Manifest child(Repository source, Descriptor entry) throws IOException {
        Digest digest = entry.digest();
        store.lease().use(digest);
        if (store.blobs().contains(digest)) {
            return Manifest.parse(store.blobs().read(digest, Manifest.MAX_BYTES));
        }
        Optional<RemoteManifest> found = source.find(digest.toString());
        if (found.isEmpty()) {
            throw RegistryException.of(
                    source.name() + " lacks the manifest " + digest + " of its index",
                    null,
                    source.host().name(),
                    null);
        }
        keep(digest, found.get().raw());
        return found.get().manifest();
    }

    private void config(Repository source, Manifest manifest) throws IOException {
        Descriptor config = manifest.config();
        store.lease().use(config.digest());
        if (!store.blobs().contains(config.digest())) {
            keep(config.digest(), source.smallBlob(config, ImageConfig.MAX_BYTES));
        }
    }

    private void keep(Digest digest, byte[] content) throws IOException {
        store.lease().use(digest);
        if (store.blobs().contains(digest)) {
            return;
        }
        try (BlobWriter writer = store.blobs().create()) {
            writer.write(content, 0, content.length);
            writer.commit(digest, content.length);
        }
    }
}
