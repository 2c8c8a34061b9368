package dev.slipway.build;

import dev.slipway.distribution.BlobSource;
import dev.slipway.distribution.storage.BlobStorage;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A cache in a storage that knows no manifests: its index is BuildKit's configuration of a cache,
/// with one member more that names our records.
final class StorageCachePlace implements CachePlace {
    private static final int MAX_INDEX_BYTES = 16 << 20;

    private final BlobStorage storage;

    StorageCachePlace(BlobStorage storage) {
        this.storage = storage;
    }

    @Override
    public String name() {
        return storage.name();
    }

    @Override
    public Optional<CacheContents> read(Store store) throws IOException {
        CacheContents all = null;
        for (var index : storage.indexes(MAX_INDEX_BYTES)) {
            var one = CacheContents.of(index, this::small);
            all = all == null ? one : all.with(one);
        }
        return Optional.ofNullable(all);
    }

    private byte[] small(Descriptor blob, int maxBytes) throws IOException {
        if (blob.size() > maxBytes) {
            throw new IOException("its records are longer than " + maxBytes + " bytes");
        }
        try (var in = storage.open(blob)) {
            byte[] content = in.readNBytes((int) blob.size());
            if (!blob.digest().matches(content)) {
                throw new IOException("its records are damaged");
            }
            return content;
        }
    }

    @Override
    public void layer(Store store, Descriptor blob, Digest diffId) throws IOException {
        try (var in = storage.open(blob)) {
            store.layers().add(in, blob, diffId);
        }
    }

    @Override
    public void blob(Store store, Descriptor blob) throws IOException {
        try (var in = storage.open(blob)) {
            CachePlace.take(store, blob, in);
        }
    }

    @Override
    public boolean has(Descriptor blob) throws IOException {
        return storage.has(blob.digest());
    }

    @Override
    public void write(Store store, CacheOutput cache) throws IOException {
        byte[] own = cache.own();
        var blobs = new ArrayList<BlobSource>();
        for (var blob : cache.stored()) {
            blobs.add(BlobSource.of(store, blob));
        }
        blobs.add(BlobSource.of(own));
        storage.putMissing(List.copyOf(blobs));
        storage.putIndex(cache.index(own));
    }

    @Override
    public void close() {
        storage.close();
    }
}
