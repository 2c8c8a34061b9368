package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Manifest;
import dev.slipway.image.Store;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// One cache outside of the store.
interface CachePlace extends AutoCloseable {
    /// What people call it.
    String name();

    /// Its manifest; empty if there is no cache yet.
    Optional<Manifest> manifest() throws IOException;

    /// A small blob of it, verified.
    byte[] small(Descriptor blob, int maxBytes) throws IOException;

    /// Takes a layer of it into the store, verified.
    void layer(Store store, Descriptor blob, Digest diffId) throws IOException;

    /// Puts a manifest in place of what it has, with the blobs that are missing.
    void write(Store store, Manifest manifest, List<Descriptor> stored, List<byte[]> others)
            throws IOException;

    @Override
    void close();

    /// Opens a place.
    static CachePlace open(RemoteCaches.Place place, RemoteCaches caches) throws IOException {
        return switch (place) {
            case RemoteCaches.RegistryPlace registry ->
                    RegistryCachePlace.open(registry, caches.registries());
            case RemoteCaches.DirectoryPlace directory -> new DirectoryCachePlace(directory);
        };
    }
}
