package dev.slipway.distribution.storage;

import dev.slipway.distribution.BlobSource;
import dev.slipway.distribution.Parallel;
import dev.slipway.distribution.http.HttpBody;
import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Map;

/// The service's version 1 (`_apis/artifactcache`), which GitHub Enterprise Server and others that
/// imitate it still speak.
final class ActionsServiceV1 implements ActionsService {
    private static final long CHUNK_BYTES = 32L << 20;
    private static final int WIDTH = 4;
    private static final String ACCEPT = "application/json;api-version=6.0-preview.1";

    private final ActionsRequests requests;
    private final String base;

    /// @param url of the service, as `ACTIONS_CACHE_URL` has it
    ActionsServiceV1(ActionsRequests requests, String url) {
        this.requests = requests;
        this.base = (url.endsWith("/") ? url : url + "/") + "_apis/artifactcache/";
    }

    private HttpResponse post(String path, JsonWriter body) throws IOException {
        return requests.service(
                "POST",
                base + path,
                Map.of("Accept", ACCEPT, "Content-Type", "application/json"),
                HttpBody.of(body.endObject().toBytes()));
    }

    @Override
    public @Nullable Entry find(String key) throws IOException {
        String query =
                "cache?keys="
                        + S3Signer.encoded(key, false)
                        + "&version="
                        + ActionsRequests.VERSION;
        try (HttpResponse response =
                requests.service("GET", base + query, Map.of("Accept", ACCEPT), null)) {
            if (response.status() == 204 || response.status() == 404) {
                return null;
            }
            var found = requests.json(requests.good(response, "looking for an entry"));
            String whole = found.text("cacheKey", "");
            return whole.isEmpty()
                    ? null
                    : new Entry(whole, requests.uri(found.requiredText("archiveLocation")));
        }
    }

    @Override
    public boolean save(String key, BlobSource content) throws IOException {
        long id;
        var entry =
                JsonWriter.compact()
                        .beginObject()
                        .member("key", key)
                        .member("version", ActionsRequests.VERSION);
        try (HttpResponse response = post("caches", entry)) {
            if (!response.isSuccess()) {
                var refused = requests.refused(response, "beginning an entry");
                if (refused.exists()) {
                    return false;
                }
                throw refused.why();
            }
            var made = requests.json(response);
            id = made.number("cacheId", made.number("cacheID", 0));
        }
        if (id == 0) {
            throw new StorageException("the service began an entry without an id", 200, "");
        }
        long size = content.descriptor().size();
        var tasks = new ArrayList<Parallel.Task>();
        for (long from = 0; from < size; from += CHUNK_BYTES) {
            var part = new BlobPart(content, from, Math.min(CHUNK_BYTES, size - from));
            tasks.add(() -> patch(id, part));
        }
        Parallel.run(WIDTH, tasks);
        var done = JsonWriter.compact().beginObject().member("size", size);
        try (HttpResponse response = post("caches/" + id, done)) {
            requests.good(response, "finishing an entry");
        }
        return true;
    }

    private void patch(long id, BlobPart part) throws IOException {
        long last = part.from() + part.length() - 1;
        var headers =
                Map.of(
                        "Accept",
                        ACCEPT,
                        "Content-Type",
                        "application/octet-stream",
                        "Content-Range",
                        "bytes " + part.from() + "-" + last + "/*");
        try (HttpResponse response =
                requests.service("PATCH", base + "caches/" + id, headers, part)) {
            requests.good(response, "writing an entry");
        }
    }

    @Override
    public HttpResponse open(Entry entry, long from) throws IOException {
        Map<String, String> range = from == 0 ? Map.of() : Map.of("Range", "bytes=" + from + "-");
        return requests.storage("GET", entry.location(), range, null);
    }
}
