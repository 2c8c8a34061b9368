package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How a cache outside of the store is written: a manifest as BuildKit's (`cacheconfig.v0`), whose
/// layers are the layers of steps, with one blob more that holds our records. BuildKit reads the
/// one and passes the other by; its keys cannot hold what ours are made of, and ours explain
/// misses.
final class CacheFormat {
    static final String CONFIG = "application/vnd.buildkit.cacheconfig.v0";
    static final String RECORDS = "application/vnd.slipway.cache.records.v1";

    /// Says which layer a blob is; containerd's name for it.
    static final String DIFF_ID = "containerd.io/uncompressed";

    /// Names our records where there is no manifest to do so.
    static final String OWN = "slipway.cache.records.v1";

    /// A cache mount: an archive of [CacheExport]'s with nothing else in it.
    static final String MOUNT = "application/vnd.slipway.cache.mount.v1.tar+zstd";

    /// Annotations of its descriptor.
    static final String MOUNT_NAME = "dev.slipway.cache.mount.name";

    static final String MOUNT_ID = "dev.slipway.cache.mount.id";

    /// Names cache mounts where there is no manifest to do so.
    static final String MOUNTS = "slipway.cache.mounts.v1";

    static final int MAX_RECORDS_BYTES = 64 << 20;

    private CacheFormat() {}

    /// Writes records one behind the other, each with its length before it, and before it the
    /// blocks that its result begins with.
    static byte[] records(List<CacheRecord> records) {
        var out = new ByteArrayOutputStream();
        var blocks = new HashSet<String>();
        for (var record : records) {
            for (var block : ResultBlock.newIn(record.result(), blocks)) {
                append(out, block.bytes());
            }
            append(out, record.encode());
        }
        return out.toByteArray();
    }

    private static void append(ByteArrayOutputStream out, byte[] bytes) {
        byte[] length = (bytes.length + "\n").getBytes(StandardCharsets.US_ASCII);
        out.write(length, 0, length.length);
        out.write(bytes, 0, bytes.length);
    }

    /// Reads records by both their keys; damaged ones are passed over.
    static Map<String, CacheRecord> parse(byte[] bytes) throws IOException {
        var records = new LinkedHashMap<String, CacheRecord>();
        var blocks = new HashMap<String, Snapshot>();
        for (int at = 0; at < bytes.length; ) {
            int end = at;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            int length;
            try {
                length =
                        Integer.parseInt(
                                new String(bytes, at, end - at, StandardCharsets.US_ASCII));
            } catch (NumberFormatException _) {
                throw new IOException("its records are malformed");
            }
            if (length < 0 || length > bytes.length - end - 1) {
                throw new IOException("its records are cut short");
            }
            var one = new byte[length];
            System.arraycopy(bytes, end + 1, one, 0, length);
            at = end + 1 + length;
            var block = ResultBlock.parse(one);
            if (block != null) {
                var result = block.result(blocks::get);
                if (result != null) {
                    blocks.put(block.id(), result);
                }
                continue;
            }
            var record = CacheRecord.decode(one, blocks::get);
            if (record != null) {
                records.put(record.definitionKey(), record);
                records.put(record.contentKey(), record);
            }
        }
        return records;
    }

    /// Writes BuildKit's view: layers with the layer each lies on, and for each record the layer it
    /// results in.
    ///
    /// @param blobs of layers, by diffID
    /// @param own our records, if they and the mounts are to be named; BuildKit passes over what it
    ///   does not know
    static byte[] config(
            List<CacheRecord> records,
            Map<Digest, Descriptor> blobs,
            @Nullable Descriptor own,
            List<Descriptor> mounts) {
        var layers = new ArrayList<String>();
        var index = new HashMap<Link, Integer>();
        var ends = new IdentityHashMap<Snapshot, Integer>();
        var results = new LinkedHashMap<CacheRecord, Integer>();
        for (var record : records) {
            int last = chain(record.result(), blobs, layers, index, ends);
            if (last >= 0) {
                results.put(record, last);
            }
        }
        JsonWriter out = JsonWriter.compact().beginObject().name("layers").beginArray();
        for (var layer : layers) {
            out.value(json(layer));
        }
        out.endArray().name("records").beginArray();
        for (var result : results.entrySet()) {
            var change = result.getKey().result().last();
            out.beginObject().name("layers").beginArray().beginObject();
            out.member("layer", result.getValue().intValue());
            out.member("createdAt", Instant.ofEpochMilli(change.createdMillis()).toString());
            out.endObject().endArray();
            out.member("digest", "sha256:" + result.getKey().definitionKey()).endObject();
        }
        out.endArray();
        if (own != null) {
            own.write(out.name(OWN));
            out.name(MOUNTS).beginArray();
            for (var mount : mounts) {
                mount.write(out);
            }
            out.endArray();
        }
        return out.endObject().toBytes();
    }

    private static dev.slipway.image.Json json(String text) {
        try {
            return dev.slipway.image.Json.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The id of the cache mount that a blob is of; "" if it is none.
    static String mountId(Descriptor blob) {
        return blob.annotations().getOrDefault(MOUNT_ID, "");
    }

    /// A layer on the one with that number; -1: on none.
    private record Link(int parent, Digest diffId) {}

    /// Adds the layers of a result that are not there yet.
    ///
    /// @param ends the numbers of the last layers of results
    /// @return the number of its last; -1 if it has none here
    private static int chain(
            Snapshot result,
            Map<Digest, Descriptor> blobs,
            List<String> layers,
            Map<Link, Integer> index,
            IdentityHashMap<Snapshot, Integer> ends) {
        var pending = new ArrayDeque<Snapshot>();
        int parent = -1;
        for (var at = result; at.below() != null; at = at.below()) {
            Integer known = ends.get(at);
            if (known != null) {
                parent = known;
                break;
            }
            pending.push(at);
        }
        for (var at : pending) {
            var diffId = at.last().diffId();
            var blob = diffId == null ? null : blobs.get(diffId);
            if (diffId != null && blob != null) {
                var link = new Link(parent, diffId);
                Integer known = index.get(link);
                if (known == null) {
                    known = layers.size();
                    index.put(link, known);
                    layers.add(layer(at.last(), diffId, blob, parent));
                }
                parent = known;
            }
            ends.put(at, parent);
        }
        return parent;
    }

    private static String layer(
            Snapshot.Change change, Digest diffId, Descriptor blob, int parent) {
        return JsonWriter.compact()
                .beginObject()
                .member("blob", blob.digest().toString())
                .member("parent", parent)
                .name("annotations")
                .beginObject()
                .member("mediaType", blob.mediaType())
                .member("diffID", diffId.toString())
                .member("size", blob.size())
                .member("createdAt", Instant.ofEpochMilli(change.createdMillis()).toString())
                .endObject()
                .endObject()
                .toString();
    }
}
