package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The caches a build looks into besides its store. Records are read at the start, layers when a
/// record is of use. Whatever is wrong with a cache is a warning. Thread-safe.
final class RemoteCacheImport implements AutoCloseable {
    private final Store store;
    private final Events events;
    private final List<Opened> caches = new ArrayList<>();

    private final Set<String> mountsAsked = new HashSet<>();

    private record Opened(
            CachePlace place, CacheContents contents, boolean mounts, ChangeCheck brought) {}

    /// @param cancellation that ends waiting for a cache
    RemoteCacheImport(Store store, Events events, RemoteCaches caches, Cancellation cancellation) {
        this.store = store;
        this.events = events;
        for (var source : caches.from()) {
            try (var _ = cancellation.interruptHere()) {
                open(CachePlace.open(source.place(), caches), source.mounts());
            } catch (IOException e) {
                events.warn("a cache is not used: " + BuildException.messageOf(e));
            }
        }
    }

    private void open(CachePlace place, boolean mounts) {
        boolean kept = false;
        try {
            var contents = NetworkWait.of(() -> place.read(store));
            if (contents.isEmpty()) {
                events.warn("the cache " + place.name() + " is not there yet");
                return;
            }
            switch (contents.get().maker()) {
                case NONE ->
                        events.warn("the cache " + place.name() + " has no records of this tool");
                case BUILDKIT ->
                        tell("the cache " + place.name() + " is BuildKit's, whose keys differ");
                case SLIPWAY -> {
                    caches.add(new Opened(place, contents.get(), mounts, new ChangeCheck()));
                    kept = true;
                }
            }
        } catch (IOException e) {
            events.warn(
                    "the cache " + place.name() + " is not used: " + BuildException.messageOf(e));
        } finally {
            if (!kept) {
                place.close();
            }
        }
    }

    /// Says something that is nothing to worry about.
    private void tell(String what) {
        var id = "cache-from " + what;
        events.emit(time -> new BuildEvent.TaskStarted(time, id, what));
        events.emit(time -> new BuildEvent.TaskFinished(time, id, what, 0, null));
    }

    /// The record under `key`, whether or not its layers can be had; null if no cache has it.
    @Nullable CacheRecord record(String key) {
        for (var cache : caches) {
            var record = cache.contents().records().get(key);
            if (record != null && record.result().count() > 0) {
                return record;
            }
        }
        return null;
    }

    /// The blob of a layer in one of the caches; null if none has it.
    @Nullable Descriptor layer(Digest diffId) {
        for (var cache : caches) {
            var blob = cache.contents().layers().get(diffId);
            if (blob != null) {
                return blob;
            }
        }
        return null;
    }

    /// The blobs of all cache mounts, by their names.
    Map<String, Descriptor> mounts() {
        var all = new HashMap<String, Descriptor>();
        for (var cache : caches) {
            for (var mount : cache.contents().mounts().entrySet()) {
                all.putIfAbsent(mount.getKey(), mount.getValue());
            }
        }
        return all;
    }

    /// Takes a blob of a cache mount into the store.
    ///
    /// @return false if none of the caches gives it
    boolean bring(Descriptor mount) {
        for (var cache : caches) {
            if (!cache.contents().mounts().containsValue(mount)) {
                continue;
            }
            try {
                store.lease().use(mount.digest());
                if (!store.blobs().contains(mount.digest())) {
                    cache.place().blob(store, mount);
                }
                return true;
            } catch (IOException e) {
                warnOfMount(cache, CacheFormat.mountId(mount), e);
            }
        }
        return false;
    }

    private void warnOfMount(Opened cache, String id, IOException e) {
        events.warn(
                "the cache mount "
                        + id
                        + " of the cache "
                        + cache.place().name()
                        + " is not used: "
                        + BuildException.messageOf(e));
    }

    /// Has a cache mount that holds nothing here begin with what it holds in a cache that is to be
    /// read with its mounts. To be called before the mount is locked; looks once in a build.
    synchronized void fill(String name, String id) throws IOException {
        if (!mountsAsked.add(name) || !CacheMountTransfer.isWanted(store, name)) {
            return;
        }
        for (var cache : caches) {
            var blob = cache.mounts() ? cache.contents().mounts().get(name) : null;
            if (blob != null && fill(cache, blob, new CacheImport.OneMount(name, id))) {
                return;
            }
        }
    }

    private boolean fill(Opened cache, Descriptor blob, CacheImport.OneMount mount) {
        var task = "cache-mount-" + mount.name();
        var what = "from " + cache.place().name() + ": cache mount " + mount.id();
        long start = System.nanoTime();
        events.emit(time -> new BuildEvent.TaskStarted(time, task, what));
        String error = null;
        try {
            store.lease().use(blob.digest());
            if (!store.blobs().contains(blob.digest())) {
                cache.place().blob(store, blob);
            }
            try (var in = store.blobs().open(blob.digest())) {
                CacheImport.readMount(store, in, mount, events::warn);
            }
            return true;
        } catch (IOException e) {
            error = BuildException.messageOf(e);
            warnOfMount(cache, mount.id(), e);
            return false;
        } finally {
            var told = error;
            long nanos = System.nanoTime() - start;
            events.emit(time -> new BuildEvent.TaskFinished(time, task, what, nanos, told));
        }
    }

    /// Takes the layers of a record into the store, from whichever cache has them all.
    boolean bring(CacheRecord record) {
        for (var cache : caches) {
            if (bring(cache, record)) {
                return true;
            }
        }
        return false;
    }

    /// The record under `key` whose layers are in the store now; null if no cache has it whole.
    @Nullable CacheRecord find(String key) {
        for (var cache : caches) {
            var record = cache.contents().records().get(key);
            if (record != null && record.result().count() > 0 && bring(cache, record)) {
                return record;
            }
        }
        return null;
    }

    private boolean bring(Opened cache, CacheRecord record) {
        try {
            return cache.brought()
                    .all(record.result(), change -> bring(cache, record, change.diffId()));
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

    private boolean bring(Opened cache, CacheRecord record, @Nullable Digest diffId)
            throws IOException {
        if (diffId == null) {
            return true;
        }
        store.lease().use(diffId);
        if (store.layers().find(diffId).isPresent()) {
            return true;
        }
        var blob = cache.contents().layers().get(diffId);
        if (blob == null) {
            return false;
        }
        bring(cache, record, blob, diffId);
        return true;
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
