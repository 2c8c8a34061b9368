package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Manifest;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The caches a build looks into besides its store. Records are read at the start, layers when a
/// record is of use. Whatever is wrong with a cache is a warning. Thread-safe.
final class RemoteCacheImport implements AutoCloseable {
    private final Store store;
    private final Events events;
    private final List<Opened> caches = new ArrayList<>();

    private record Opened(
            CachePlace place, Map<String, CacheRecord> records, Map<Digest, Descriptor> layers) {}

    RemoteCacheImport(Store store, Events events, RemoteCaches caches) {
        this.store = store;
        this.events = events;
        for (var place : caches.from()) {
            try {
                open(CachePlace.open(place, caches));
            } catch (IOException e) {
                events.warn("a cache is not used: " + BuildException.messageOf(e));
            }
        }
    }

    private void open(CachePlace place) {
        try {
            var manifest = place.manifest();
            if (manifest.isEmpty()) {
                events.warn("the cache " + place.name() + " is not there yet");
                place.close();
                return;
            }
            var opened = read(place, manifest.get());
            if (opened == null) {
                events.warn("the cache " + place.name() + " has no records of this tool");
                place.close();
                return;
            }
            caches.add(opened);
        } catch (IOException e) {
            events.warn(
                    "the cache " + place.name() + " is not used: " + BuildException.messageOf(e));
            place.close();
        }
    }

    private static @Nullable Opened read(CachePlace place, Manifest manifest) throws IOException {
        var layers = new HashMap<Digest, Descriptor>();
        Descriptor records = null;
        for (var blob : manifest.layers()) {
            if (blob.mediaType().equals(CacheFormat.RECORDS)) {
                records = blob;
                continue;
            }
            var diffId = blob.annotations().get(CacheFormat.DIFF_ID);
            if (diffId != null) {
                var layer = Descriptor.of(blob.mediaType(), blob.digest(), blob.size());
                layers.put(Digest.parse(diffId), layer);
            }
        }
        if (records == null) {
            return null;
        }
        byte[] bytes = place.small(records, CacheFormat.MAX_RECORDS_BYTES);
        return new Opened(place, CacheFormat.parse(bytes), layers);
    }

    /// The record under `key` whose layers are in the store now; null if no cache has it whole.
    @Nullable CacheRecord find(String key) {
        for (var cache : caches) {
            var record = cache.records().get(key);
            if (record != null && !record.result().changes().isEmpty() && bring(cache, record)) {
                return record;
            }
        }
        return null;
    }

    private boolean bring(Opened cache, CacheRecord record) {
        try {
            for (var change : record.result().changes()) {
                var diffId = change.diffId();
                if (diffId == null) {
                    continue;
                }
                store.lease().use(diffId);
                if (store.layers().find(diffId).isPresent()) {
                    continue;
                }
                var blob = cache.layers().get(diffId);
                if (blob == null) {
                    return false;
                }
                bring(cache, record, blob, diffId);
            }
            return true;
        } catch (IOException e) {
            events.warn(
                    "a layer of the cache "
                            + cache.place().name()
                            + " cannot be had, "
                            + record.name()
                            + " is done anew: "
                            + BuildException.messageOf(e));
            return false;
        }
    }

    private void bring(Opened cache, CacheRecord record, Descriptor blob, Digest diffId)
            throws IOException {
        var id = "cache-" + blob.digest().shortHex();
        var name = "from " + cache.place().name() + ": " + record.name();
        long start = System.nanoTime();
        events.emit(time -> new BuildEvent.TaskStarted(time, id, name));
        String error = null;
        try {
            cache.place().layer(store, blob, diffId);
        } catch (IOException e) {
            error = BuildException.messageOf(e);
            throw e;
        } finally {
            var told = error;
            long nanos = System.nanoTime() - start;
            events.emit(time -> new BuildEvent.TaskFinished(time, id, name, nanos, told));
        }
    }

    @Override
    public void close() {
        for (var cache : caches) {
            cache.place().close();
        }
    }
}
