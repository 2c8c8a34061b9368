package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Index;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A cache as it is to be written.
///
/// @param layers their blobs, by diffID
/// @param stored those blobs that are in the store; the place has the others
record CacheOutput(
        List<CacheRecord> records, Map<Digest, Descriptor> layers, List<Descriptor> stored) {
    CacheOutput {
        records = List.copyOf(records);
        layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
        stored = List.copyOf(stored);
    }

    /// BuildKit's view.
    byte[] config() {
        return CacheFormat.config(records, layers);
    }

    /// The records themselves.
    byte[] own() {
        return CacheFormat.records(records);
    }

    private static Descriptor configOf(byte[] config) {
        return Descriptor.of(CacheFormat.CONFIG, Digest.sha256(config), config.length);
    }

    private List<Descriptor> parts(byte[] own) {
        var parts = new ArrayList<Descriptor>();
        for (var blob : layers.entrySet()) {
            parts.add(
                    blob.getValue().withAnnotation(CacheFormat.DIFF_ID, blob.getKey().toString()));
        }
        parts.add(Descriptor.of(CacheFormat.RECORDS, Digest.sha256(own), own.length));
        return parts;
    }

    /// A manifest of it all, as BuildKit writes it with `image-manifest=true`.
    Manifest manifest(byte[] config, byte[] own) {
        return Manifest.of(MediaTypes.OCI_MANIFEST, configOf(config), parts(own), new TreeMap<>());
    }

    /// An index of it all, as BuildKit writes it with `image-manifest=false`; those before 0.12
    /// read no other.
    Index index(byte[] config, byte[] own) {
        var parts = parts(own);
        parts.add(configOf(config));
        return Index.of(MediaTypes.OCI_INDEX, parts, new TreeMap<>());
    }
}
