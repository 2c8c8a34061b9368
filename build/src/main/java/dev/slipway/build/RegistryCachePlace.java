package dev.slipway.build;

import dev.slipway.distribution.Pull;
import dev.slipway.distribution.Push;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RemoteManifest;
import dev.slipway.distribution.Repository;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Index;
import dev.slipway.image.Manifest;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A cache under a name in a registry.
final class RegistryCachePlace implements CachePlace {
    private final Registries registries;
    private final Reference name;
    private final Repository repository;

    private RegistryCachePlace(Registries registries, Reference name, Repository repository) {
        this.registries = registries;
        this.name = name;
        this.repository = repository;
    }

    static RegistryCachePlace open(
            RemoteCaches.RegistryPlace place, Function<TransferListener, Registries> opener)
            throws IOException {
        var name = Reference.parse(place.reference()).withDefaultTag();
        var registries = opener.apply(TransferListener.none());
        if (place.insecure()) {
            registries.allowInsecure();
        }
        return new RegistryCachePlace(registries, name, registries.repository(name));
    }

    @Override
    public String name() {
        return name.familiar();
    }

    @Override
    public Optional<Manifest> manifest() throws IOException {
        Optional<RemoteManifest> found = repository.find(String.valueOf(name.tag()));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return found.get().isIndex()
                ? Optional.of(flat(found.get().index()))
                : Optional.of(found.get().manifest());
    }

    /// BuildKit's older form is an index whose manifests are in truth blobs.
    private static Manifest flat(Index index) throws IOException {
        for (var each : index.manifests()) {
            if (each.mediaType().equals(CacheFormat.CONFIG)) {
                return Manifest.of(index.mediaType(), each, index.manifests(), index.annotations());
            }
        }
        throw new IOException("it is an image, not a cache");
    }

    @Override
    public byte[] small(Descriptor blob, int maxBytes) throws IOException {
        return repository.smallBlob(blob, maxBytes);
    }

    @Override
    public void layer(Store store, Descriptor blob, Digest diffId) throws IOException {
        new Pull(registries, store).layer(repository, blob, diffId);
    }

    @Override
    public void write(Store store, Manifest manifest, List<Descriptor> stored, List<byte[]> others)
            throws IOException {
        new Push(registries, store, Compression.gzip(), false)
                .pushManifest(name, manifest, stored, others);
    }

    @Override
    public void close() {
        registries.close();
    }
}
