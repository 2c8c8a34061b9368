package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// One cache outside of the store.
interface CachePlace extends AutoCloseable {
    /// What people call it.
    String name();

    /// What it holds; empty if there is no cache yet.
    Optional<CacheContents> read(Store store) throws IOException;

    /// Takes a layer of it into the store, verified.
    void layer(Store store, Descriptor blob, Digest diffId) throws IOException;

    /// Takes a blob of it that is no layer into the store, verified.
    void blob(Store store, Descriptor blob) throws IOException;

    /// Takes what a stream holds into the store, if it is that blob.
    static void take(Store store, Descriptor blob, InputStream in) throws IOException {
        try (var writer = store.blobs().create()) {
            byte[] buffer = new byte[128 << 10];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                if (writer.size() + n > blob.size()) {
                    throw new IOException(
                            "the blob " + blob.digest() + " is longer than announced");
                }
                writer.write(buffer, 0, n);
            }
            writer.commit(blob.digest(), blob.size());
        }
    }

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
            case RemoteCaches.StoragePlace storage ->
                    new StorageCachePlace(storage.opening().open());
        };
    }
}
