package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Store;

import java.io.IOException;
import java.util.Optional;

/// One cache outside of the store.
interface CachePlace extends AutoCloseable {
    /// What people call it.
    String name();

    /// What it holds; empty if there is no cache yet.
    Optional<CacheContents> read(Store store) throws IOException;

    /// Takes a layer of it into the store, verified.
    void layer(Store store, Descriptor blob, Digest diffId) throws IOException;

    /// Whether it has a blob, named by the cache it holds or not.
    boolean has(Descriptor blob) throws IOException;

    /// Puts a cache in place of what it has, with the blobs that are missing.
    void write(Store store, CacheOutput cache) throws IOException;

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
