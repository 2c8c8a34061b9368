package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Layer;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Puts the results of a build's steps into caches outside of the store.
final class RemoteCacheExport {
    private final Workshop shop;
    private final Store store;
    private final RemoteCaches caches;

    RemoteCacheExport(Workshop shop, RemoteCaches caches) {
        this.shop = shop;
        this.store = shop.store();
        this.caches = caches;
    }

    /// @param results of the build's targets
    void export(BuildPlan plan, Keys keys, List<Snapshot> results)
            throws BuildException, InterruptedException {
        for (var target : caches.to()) {
            var id = "cache-to-" + caches.to().indexOf(target);
            var name = "writing the cache";
            long start = System.nanoTime();
            shop.events().emit(time -> new BuildEvent.TaskStarted(time, id, name));
            String error = null;
            try (var place = CachePlace.open(target.place(), caches)) {
                write(place, records(plan, keys, target.all() ? null : results));
            } catch (IOException e) {
                error = BuildException.messageOf(e);
                shop.events().warn("a cache was not written: " + error);
                if (!target.ignoreErrors()) {
                    shop.events().warn("the build itself is complete");
                }
            } finally {
                var told = error;
                long nanos = System.nanoTime() - start;
                shop.events()
                        .emit(time -> new BuildEvent.TaskFinished(time, id, name, nanos, told));
            }
        }
    }

    /// The records of the plan's steps.
    ///
    /// @param only results on the way to which a step must lie; null: all steps
    private List<CacheRecord> records(
            BuildPlan plan, Keys keys, @org.jspecify.annotations.Nullable List<Snapshot> only)
            throws BuildException, InterruptedException {
        var records = new LinkedHashSet<CacheRecord>();
        for (var step : plan.steps()) {
            if (step instanceof Step.Base) {
                continue;
            }
            var record = shop.records().find(keys.definition(step).key());
            if (record != null && (only == null || leadsTo(record.result(), only))) {
                records.add(record);
            }
        }
        return List.copyOf(records);
    }

    private static boolean leadsTo(Snapshot part, List<Snapshot> results) {
        for (var result : results) {
            int count = part.changes().size();
            if (part.base().equals(result.base())
                    && count <= result.changes().size()
                    && part.changes().equals(result.changes().subList(0, count))) {
                return true;
            }
        }
        return false;
    }

    private void write(CachePlace place, List<CacheRecord> records) throws IOException {
        var blobs = new LinkedHashMap<Digest, Descriptor>();
        for (var record : records) {
            for (var change : record.result().changes()) {
                var diffId = change.diffId();
                if (diffId != null && !blobs.containsKey(diffId)) {
                    Optional<Layer> layer = store.layers().find(diffId);
                    if (layer.isPresent()) {
                        blobs.put(diffId, compressed(layer.get()));
                    }
                }
            }
        }
        byte[] config = CacheFormat.config(records, blobs);
        byte[] own = CacheFormat.records(records);
        var manifest = manifest(config, own, blobs);
        place.write(store, manifest, List.copyOf(blobs.values()), List.of(config, own));
    }

    /// What a registry gave is best for the next as well.
    private Descriptor compressed(Layer layer) throws IOException {
        for (var blob : layer.blobs()) {
            if (!blob.mediaType().endsWith("tar") && store.blobs().contains(blob.digest())) {
                return Descriptor.of(blob.mediaType(), blob.digest(), blob.size());
            }
        }
        return layer.compress(Compression.gzip());
    }

    private static Manifest manifest(byte[] config, byte[] own, Map<Digest, Descriptor> blobs) {
        var layers = new ArrayList<Descriptor>();
        for (var blob : blobs.entrySet()) {
            layers.add(
                    blob.getValue().withAnnotation(CacheFormat.DIFF_ID, blob.getKey().toString()));
        }
        layers.add(Descriptor.of(CacheFormat.RECORDS, Digest.sha256(own), own.length));
        return Manifest.of(
                MediaTypes.OCI_MANIFEST,
                Descriptor.of(CacheFormat.CONFIG, Digest.sha256(config), config.length),
                layers,
                new TreeMap<>());
    }
}
