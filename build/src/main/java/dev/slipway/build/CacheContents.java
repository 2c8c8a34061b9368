package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Manifest;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// What a cache outside of the store holds.
///
/// @param records by both their keys
/// @param layers the blobs of layers, by diffID
/// @param maker whose records they are
record CacheContents(
        Map<String, CacheRecord> records, Map<Digest, Descriptor> layers, Maker maker) {
    CacheContents {
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
        return new CacheContents(CacheFormat.parse(bytes), layers, Maker.SLIPWAY);
    }

    /// The same with what another holds as well; where both have something, this one counts.
    CacheContents with(CacheContents other) {
        var allRecords = new HashMap<>(other.records);
        allRecords.putAll(records);
        var allLayers = new HashMap<>(other.layers);
        allLayers.putAll(layers);
        var makers = maker.compareTo(other.maker) < 0 ? other.maker : maker;
        return new CacheContents(allRecords, allLayers, makers);
    }
}
