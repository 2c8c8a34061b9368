package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Layer;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Puts the results of a build's steps into caches outside of the store.
final class RemoteCacheExport {
    private final Workshop shop;
    private final Store store;
    private final RemoteCaches caches;
    private final @Nullable RemoteCacheImport imported;
    private final StepRecords steps;
    private final CacheMountTransfer mounts;

    /// @param imported the caches the build read from
    RemoteCacheExport(
            Workshop shop,
            RemoteCaches caches,
            @Nullable RemoteCacheImport imported,
            StepRecords steps,
            CacheMountTransfer mounts) {
        this.shop = shop;
        this.store = shop.store();
        this.caches = caches;
        this.imported = imported;
        this.steps = steps;
        this.mounts = mounts;
    }

    /// @param results of the build's targets
    /// @throws BuildException if a cache that must be written cannot be; all others are then
    ///   written
    void export(List<Snapshot> results) throws BuildException, InterruptedException {
        BuildException failure = null;
        for (var target : caches.to()) {
            var id = "cache-to-" + caches.to().indexOf(target);
            var name = "writing the cache";
            long start = System.nanoTime();
            shop.events().emit(time -> new BuildEvent.TaskStarted(time, id, name));
            String error = null;
            var records = target.all() ? steps.all() : steps.leadingTo(results);
            try (var place = CachePlace.open(target.place(), caches);
                    var _ = shop.request().cancellation().interruptHere()) {
                write(place, target, records);
            } catch (IOException e) {
                error = BuildException.messageOf(e);
                failure = failed(target, error, e, failure);
            } finally {
                var told = error;
                long nanos = System.nanoTime() - start;
                shop.events()
                        .emit(time -> new BuildEvent.TaskFinished(time, id, name, nanos, told));
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private @Nullable BuildException failed(
            RemoteCaches.Target target,
            String error,
            IOException cause,
            @Nullable BuildException before) {
        if (target.mustSucceed()) {
            return before != null
                    ? before
                    : BuildException.of("a cache was not written: " + error)
                            .cause(cause)
                            .hint(
                                    "the image is complete; without ignore-error=false this is"
                                            + " a warning")
                            .make();
        }
        shop.events().warn("a cache was not written: " + error);
        return before;
    }

    private void write(CachePlace place, RemoteCaches.Target target, List<CacheRecord> records)
            throws IOException {
        var written = new ArrayList<CacheRecord>();
        var blobs = new LinkedHashMap<Digest, Descriptor>();
        var missing = new ArrayList<Descriptor>();
        var collected = new ChangeCheck();
        for (var record : records) {
            if (collected.all(
                    record.result(),
                    change -> collect(place, target, record, change.diffId(), blobs, missing))) {
                written.add(record);
            }
        }
        var stored = new ArrayList<>(blobs.values());
        stored.removeAll(missing);
        var mountBlobs = target.mounts() ? mounts(place, stored) : List.<Descriptor>of();
        var _ =
                NetworkWait.of(() -> {
                    place.write(store, new CacheOutput(written, blobs, mountBlobs, stored));
                    return place;
                });
    }

    /// @param stored gets the blobs that are in the store and may have to be sent
    private List<Descriptor> mounts(CachePlace place, List<Descriptor> stored) throws IOException {
        var found = new ArrayList<Descriptor>();
        for (var blob : mounts.blobs().values()) {
            boolean here = store.blobs().contains(blob.digest());
            if (!here && !place.has(blob)) {
                here = imported != null && imported.bring(blob);
                if (!here) {
                    continue;
                }
            }
            found.add(blob);
            if (here) {
                stored.add(blob);
            }
        }
        return found;
    }

    /// Finds the blob of a layer of a record.
    ///
    /// @param there gets those that the store lacks and the place has
    /// @return false if one cannot be had
    private boolean collect(
            CachePlace place,
            RemoteCaches.Target target,
            CacheRecord record,
            @Nullable Digest diffId,
            Map<Digest, Descriptor> blobs,
            List<Descriptor> there)
            throws IOException {
        if (diffId == null || blobs.containsKey(diffId)) {
            return true;
        }
        Optional<Layer> layer = store.layers().find(diffId);
        if (layer.isPresent()) {
            blobs.put(diffId, compressed(layer.get(), target));
            return true;
        }
        var known = imported == null ? null : imported.layer(diffId);
        if (known != null && isWanted(known, target) && place.has(known)) {
            blobs.put(diffId, known);
            there.add(known);
            return true;
        }
        layer =
                imported != null && imported.bring(record)
                        ? store.layers().find(diffId)
                        : Optional.empty();
        if (layer.isEmpty()) {
            return false;
        }
        blobs.put(diffId, compressed(layer.get(), target));
        return true;
    }

    /// What a registry gave is best for the next as well, unless the user says otherwise.
    private Descriptor compressed(Layer layer, RemoteCaches.Target target) throws IOException {
        var wanted = target.compression() == null ? Compression.gzip() : target.compression();
        Descriptor other = null;
        for (var blob : layer.blobs()) {
            if (!store.blobs().contains(blob.digest())) {
                continue;
            }
            var plain = Descriptor.of(blob.mediaType(), blob.digest(), blob.size());
            if (target.compression() != null && isOf(blob, wanted)) {
                return plain;
            }
            boolean compressed = !isOf(blob, Compression.NONE);
            other = other == null && compressed && isWanted(blob, target) ? plain : other;
        }
        return other == null ? layer.compress(wanted) : other;
    }

    /// Whether a blob that is there may stay as it is compressed.
    private static boolean isWanted(Descriptor blob, RemoteCaches.Target target) {
        return !target.forceCompression()
                || isOf(
                        blob,
                        target.compression() == null ? Compression.gzip() : target.compression());
    }

    private static boolean isOf(Descriptor blob, Compression compression) {
        var type = blob.mediaType();
        return switch (compression) {
            case Compression.None _ -> type.endsWith("tar");
            case Compression.Gzip _ -> type.endsWith("gzip");
            case Compression.Zstd _ -> type.endsWith("zstd");
        };
    }
}
