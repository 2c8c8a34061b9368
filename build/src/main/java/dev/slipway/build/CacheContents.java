package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Json;
import dev.slipway.image.Manifest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a cache outside of the store holds.
///
/// @param records by both their keys
/// @param layers the blobs of layers, by diffID
/// @param mounts the blobs of cache mounts, by their names
/// @param maker whose records they are
record CacheContents(
        Map<String, CacheRecord> records,
        Map<Digest, Descriptor> layers,
        Map<String, Descriptor> mounts,
        Maker maker) {
    CacheContents(Map<String, CacheRecord> records, Map<Digest, Descriptor> layers, Maker maker) {
        this(records, layers, Map.of(), maker);
    }

    CacheContents {
        mounts = Map.copyOf(mounts);
        records = Map.copyOf(records);
        layers = Map.copyOf(layers);
    }

    /// Whose records a cache holds.
    enum Maker {
        /// Nobody's: it is no cache.
        NONE,
        /// BuildKit's alone, whose keys are made of other things than ours.
        BUILDKIT,
        /// Ours, perhaps with BuildKit's view of them.
        SLIPWAY
    }

    /// Reads a small blob, verified.
    @FunctionalInterface
    interface Blobs {
        byte[] small(Descriptor blob, int maxBytes) throws IOException;
    }

    /// Reads a cache whose manifest names it as one.
    static CacheContents of(Manifest manifest, Blobs blobs) throws IOException {
        var layers = new HashMap<Digest, Descriptor>();
        var mounts = mounts(manifest.layers());
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
            boolean cache = manifest.config().mediaType().equals(CacheFormat.CONFIG);
            return new CacheContents(Map.of(), layers, cache ? Maker.BUILDKIT : Maker.NONE);
        }
        byte[] bytes = blobs.small(records, CacheFormat.MAX_RECORDS_BYTES);
        return new CacheContents(CacheFormat.parse(bytes), layers, mounts, Maker.SLIPWAY);
    }

    private static Map<String, Descriptor> mounts(List<Descriptor> blobs) {
        var mounts = new HashMap<String, Descriptor>();
        for (var blob : blobs) {
            var name = blob.annotations().get(CacheFormat.MOUNT_NAME);
            if (name != null && blob.mediaType().equals(CacheFormat.MOUNT)) {
                mounts.put(name, blob);
            }
        }
        return mounts;
    }

    /// Reads a cache from BuildKit's configuration of it.
    static CacheContents of(byte[] config, Blobs blobs) throws IOException {
        var json = Json.parseObject(config);
        var layers = new HashMap<Digest, Descriptor>();
        for (var layer : json.objects("layers")) {
            var said = layer.object("annotations");
            if (said != null && said.text("diffID") != null && said.number("size", -1) >= 0) {
                layers.put(
                        Digest.parse(said.requiredText("diffID")),
                        Descriptor.of(
                                said.text("mediaType", ""),
                                Digest.parse(layer.requiredText("blob")),
                                said.number("size", 0)));
            }
        }
        var own = json.object(CacheFormat.OWN);
        if (own == null) {
            return new CacheContents(Map.of(), layers, Maker.BUILDKIT);
        }
        byte[] records = blobs.small(Descriptor.parse(own), CacheFormat.MAX_RECORDS_BYTES);
        var mounts = new ArrayList<Descriptor>();
        for (var mount : json.objects(CacheFormat.MOUNTS)) {
            mounts.add(Descriptor.parse(mount));
        }
        return new CacheContents(CacheFormat.parse(records), layers, mounts(mounts), Maker.SLIPWAY);
    }

    /// The same with what another holds as well; where both have something, this one counts.
    CacheContents with(CacheContents other) {
        var allRecords = new HashMap<>(other.records);
        allRecords.putAll(records);
        var allLayers = new HashMap<>(other.layers);
        allLayers.putAll(layers);
        var allMounts = new HashMap<>(other.mounts);
        allMounts.putAll(mounts);
        var makers = maker.compareTo(other.maker) < 0 ? other.maker : maker;
        return new CacheContents(allRecords, allLayers, allMounts, makers);
    }
}
