package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Layer;
import dev.slipway.image.Manifest;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A cache within an image: `type=inline`. Two members of the image's configuration hold it, as
/// Base64: BuildKit's records, which name layers by their place in the image, and ours. The layers
/// are those of the image, so there is nothing to keep in step and nothing more to send.
final class InlineCache {
    /// BuildKit's member.
    static final String BUILDKIT = "moby.buildkit.cache.v0";

    /// Ours: the records as in a cache of its own, see [CacheFormat#records].
    static final String OWN = CacheFormat.OWN;

    /// Configurations are small things: everybody who pulls the image reads this one.
    private static final int MAX_BYTES = 1 << 20;

    private final StepRecords steps;
    private final Workshop shop;

    InlineCache(StepRecords steps, Workshop shop) {
        this.steps = steps;
        this.shop = shop;
    }

    /// What the configuration of an image gets; nothing, and a warning, if there is none to keep.
    ///
    /// @param layers of the image, bottom first
    SortedMap<String, String> members(Snapshot result, List<Layer> layers)
            throws BuildException, InterruptedException {
        var places = new HashMap<Digest, Integer>();
        for (int i = 0; i < layers.size(); i++) {
            places.put(layers.get(i).diffId(), i);
        }
        var kept = new ArrayList<CacheRecord>();
        var inside = new ChangeCheck();
        var repeated = new IdentityHashMap<Snapshot, Snapshot>();
        for (var record : steps.leadingTo(List.of(result))) {
            if (isIn(record, places, inside)) {
                kept.add(repeatable(record, repeated));
            }
        }
        if (kept.isEmpty() && result.count() > 0) {
            shop.events().warn("the image holds no cache: its layers are not those of the steps");
            return new TreeMap<>();
        }
        byte[] own = CacheFormat.records(kept);
        if (own.length > MAX_BYTES) {
            shop.events()
                    .warn(
                            "the image holds no cache: "
                                    + own.length
                                    + " bytes are too many for its configuration; use"
                                    + " type=registry");
            return new TreeMap<>();
        }
        var base64 = Base64.getEncoder();
        var members = new TreeMap<String, String>();
        members.put(BUILDKIT, base64.encodeToString(records(kept, places)));
        members.put(OWN, base64.encodeToString(own));
        return members;
    }

    private static boolean isIn(
            CacheRecord record, Map<Digest, Integer> places, ChangeCheck inside) {
        try {
            return inside.all(
                    record.result(),
                    change -> change.diffId() == null || places.containsKey(change.diffId()));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of what is in memory
        }
    }

    /// With `SOURCE_DATE_EPOCH`, the same inputs make the same image: then a record says neither
    /// when a step was done nor how long it took.
    ///
    /// @param done results that were put right already
    private CacheRecord repeatable(CacheRecord record, IdentityHashMap<Snapshot, Snapshot> done) {
        Timespec epoch = shop.latest();
        if (epoch == null) {
            return record;
        }
        var pending = new ArrayDeque<Snapshot>();
        for (var at = record.result(); at != null && !done.containsKey(at); at = at.below()) {
            pending.push(at);
        }
        for (var at : pending) {
            var below = at.below();
            if (below == null) {
                done.put(at, at);
                continue;
            }
            var last = at.last();
            var result = done.getOrDefault(below, below);
            done.put(
                    at,
                    result.with(
                            new Snapshot.Change(
                                    last.diffId(), last.size(), epoch.seconds() * 1000, 0)));
        }
        return new CacheRecord(
                record.name(),
                record.definition(),
                record.definitionInputs(),
                record.contentInputs(),
                done.getOrDefault(record.result(), record.result()));
    }

    private static byte[] records(List<CacheRecord> records, Map<Digest, Integer> places) {
        JsonWriter out = JsonWriter.compact().beginArray();
        for (var record : records) {
            Integer place = null;
            for (var at = record.result(); at.below() != null && place == null; at = at.below()) {
                var diffId = at.last().diffId();
                place = diffId == null ? null : places.get(diffId);
            }
            if (place == null) {
                continue; // it made no layer, and none below it did
            }
            var created = Instant.ofEpochMilli(record.result().last().createdMillis());
            out.beginObject().name("layers").beginArray().beginObject();
            out.member("layer", place.intValue()).member("createdAt", created.toString());
            out.endObject().endArray();
            out.member("digest", "sha256:" + record.definitionKey()).endObject();
        }
        return out.endArray().toBytes();
    }

    /// Reads what an image holds.
    ///
    /// @param config its configuration as it is stored
    static CacheContents read(Manifest manifest, byte[] config) throws IOException {
        Json.Obj members = Json.parseObject(config);
        var diffIds = ImageConfig.parse(config).diffIds();
        var layers = new HashMap<Digest, Descriptor>();
        if (diffIds.size() == manifest.layers().size()) {
            for (int i = 0; i < diffIds.size(); i++) {
                var blob = manifest.layers().get(i);
                layers.put(
                        diffIds.get(i),
                        Descriptor.of(blob.mediaType(), blob.digest(), blob.size()));
            }
        }
        var own = bytes(members.text(OWN));
        if (own == null) {
            boolean theirs = members.get(BUILDKIT) != null;
            var maker = theirs ? CacheContents.Maker.BUILDKIT : CacheContents.Maker.NONE;
            return new CacheContents(Map.of(), layers, maker);
        }
        return new CacheContents(CacheFormat.parse(own), layers, CacheContents.Maker.SLIPWAY);
    }

    private static byte @Nullable [] bytes(@Nullable String base64) throws IOException {
        try {
            return base64 == null ? null : Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IOException("its inline cache is malformed", e);
        }
    }
}
