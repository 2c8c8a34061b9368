package dev.slipway.distribution.storage;

import dev.slipway.distribution.BlobSource;
import dev.slipway.distribution.Parallel;
import dev.slipway.distribution.http.HttpBody;
import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The service's version 2: Twirp calls (`github.actions.results.api.v1.CacheService`), and Azure's
/// Blob service for the content, at addresses that carry their own signature.
final class ActionsServiceV2 implements ActionsService {
    /// Content up to this size goes in one request.
    static final long WHOLE_BYTES = 64L << 20;

    private static final long BLOCK_BYTES = 32L << 20;
    private static final int WIDTH = 4;
    private static final String AZURE_VERSION = "2021-08-06";

    private final ActionsRequests requests;
    private final String calls;

    /// @param url of the service, as `ACTIONS_RESULTS_URL` has it
    ActionsServiceV2(ActionsRequests requests, String url) {
        this.requests = requests;
        String base = url.endsWith("/") ? url : url + "/";
        this.calls = base + "twirp/github.actions.results.api.v1.CacheService/";
    }

    private HttpResponse call(String method, JsonWriter body) throws IOException {
        return requests.service(
                "POST",
                calls + method,
                Map.of("Content-Type", "application/json"),
                HttpBody.of(body.endObject().toBytes()));
    }

    private static JsonWriter entry(String key) {
        return JsonWriter.compact()
                .beginObject()
                .member("key", key)
                .member("version", ActionsRequests.VERSION);
    }

    @Override
    public @Nullable Entry find(String key) throws IOException {
        var body = entry(key).name("restore_keys").beginArray().value(key).endArray();
        try (HttpResponse response = call("GetCacheEntryDownloadURL", body)) {
            if (response.status() == 404) {
                return null;
            }
            var found = requests.json(requests.good(response, "looking for an entry"));
            if (!found.flag("ok")) {
                return null;
            }
            return new Entry(
                    found.requiredText("matched_key"),
                    requests.uri(found.requiredText("signed_download_url")));
        }
    }

    @Override
    public boolean save(String key, BlobSource content) throws IOException {
        URI place;
        try (HttpResponse response = call("CreateCacheEntry", entry(key))) {
            if (!response.isSuccess()) {
                var refused = requests.refused(response, "beginning an entry");
                if (refused.exists()) {
                    return false;
                }
                throw refused.why();
            }
            var made = requests.json(response);
            if (!made.flag("ok")) {
                return false;
            }
            place = requests.uri(made.requiredText("signed_upload_url"));
        }
        long size = content.descriptor().size();
        if (size <= WHOLE_BYTES) {
            put(place, Map.of("x-ms-blob-type", "BlockBlob"), new BlobPart(content, 0, size));
        } else {
            putBlocks(place, content, size);
        }
        try (HttpResponse response =
                call("FinalizeCacheEntryUpload", entry(key).member("size_bytes", size))) {
            var done = requests.json(requests.good(response, "finishing an entry"));
            if (!done.flag("ok")) {
                throw new StorageException("an entry could not be finished", 200, "");
            }
        }
        return true;
    }

    /// Put Block for each part, then Put Block List.
    private void putBlocks(URI place, BlobSource content, long size) throws IOException {
        var tasks = new ArrayList<Parallel.Task>();
        var list = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
        for (long from = 0; from < size; from += BLOCK_BYTES) {
            // All ids of a blob must have the same length.
            String number = String.format(Locale.ROOT, "%06d", from / BLOCK_BYTES);
            String id =
                    Base64.getEncoder().encodeToString(number.getBytes(StandardCharsets.US_ASCII));
            list.append("<Latest>").append(id).append("</Latest>");
            var part = new BlobPart(content, from, Math.min(BLOCK_BYTES, size - from));
            URI block = with(place, "comp=block&blockid=" + S3Signer.encoded(id, false));
            tasks.add(() -> put(block, Map.of(), part));
        }
        Parallel.run(WIDTH, tasks);
        byte[] body = list.append("</BlockList>").toString().getBytes(StandardCharsets.UTF_8);
        put(with(place, "comp=blocklist"), Map.of(), HttpBody.of(body));
    }

    private URI with(URI place, String query) throws StorageException {
        return requests.uri(place + (place.getRawQuery() == null ? "?" : "&") + query);
    }

    private void put(URI place, Map<String, String> more, HttpBody body) throws IOException {
        var headers = new TreeMap<>(more);
        headers.put("x-ms-version", AZURE_VERSION);
        try (HttpResponse response = requests.storage("PUT", place, headers, body)) {
            requests.good(response, "writing an entry");
        }
    }

    @Override
    public HttpResponse open(Entry entry, long from) throws IOException {
        var headers = new TreeMap<String, String>();
        headers.put("x-ms-version", AZURE_VERSION);
        if (from > 0) {
            headers.put("Range", "bytes=" + from + "-");
        }
        return requests.storage("GET", entry.location(), headers, null);
    }
}
