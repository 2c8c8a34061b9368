package dev.slipway.cli.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The cache service of GitHub Actions in both its versions, with the storage behind it. It is
/// strict: whatever the real one would not take, or should not see, is answered with 400 and noted.
final class ActionsServer implements AutoCloseable {
    private static final String TWIRP = "/twirp/github.actions.results.api.v1.CacheService/";
    private static final String V1 = "/_apis/artifactcache/";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private boolean cutNextDownload;
    private int ranges;

    private static final class Entry {
        private final String key;
        private final String version;
        private final TreeMap<Long, byte[]> chunks = new TreeMap<>();
        private final Map<String, byte[]> blocks = new HashMap<>();
        private boolean finished;

        Entry(String key, String version) {
            this.key = key;
            this.version = version;
        }

        byte[] content() {
            var all = new ByteArrayOutputStream();
            chunks.values().forEach(all::writeBytes);
            return all.toByteArray();
        }
    }

    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Refused(int status, String why) {
            super(why);
            this.status = status;
        }
    }

    ActionsServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /// A token for these branches, unsigned: clients do not verify it.
    static String token(String... scopesAndPermissions) {
        var list = new StringBuilder();
        for (int i = 0; i < scopesAndPermissions.length; i += 2) {
            list.append(list.isEmpty() ? "" : ",").append("{\\\"Scope\\\":\\\"");
            list.append(scopesAndPermissions[i]).append("\\\",\\\"Permission\\\":");
            list.append(scopesAndPermissions[i + 1]).append('}');
        }
        String claims = "{\"ac\":\"[" + list + "]\",\"exp\":4000000000}";
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.UTF_8))
                + "."
                + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".signature";
    }

    /// What a job's steps have in their environment.
    Map<String, String> job(int version, String token) {
        return version == 1
                ? Map.of("ACTIONS_CACHE_URL", url(), "ACTIONS_RUNTIME_TOKEN", token)
                : Map.of(
                        "ACTIONS_RESULTS_URL",
                        url(),
                        "ACTIONS_CACHE_SERVICE_V2",
                        "True",
                        "ACTIONS_RUNTIME_TOKEN",
                        token);
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    synchronized List<String> keys() {
        return entries.stream().filter(each -> each.finished).map(each -> each.key).toList();
    }

    synchronized byte[] content(String key) {
        return Objects.requireNonNull(find(key, null)).content();
    }

    synchronized void replace(String key, byte[] content) {
        Entry entry = Objects.requireNonNull(find(key, null));
        entry.chunks.clear();
        entry.chunks.put(0L, content);
    }

    synchronized void clear() {
        entries.clear();
        complaints.clear();
        ranges = 0;
    }

    /// Has the next download of more than 100 bytes end in its middle.
    synchronized void cutNextDownload() {
        cutNextDownload = true;
    }

    /// How many downloads began in the middle.
    synchronized int ranges() {
        return ranges;
    }

    private @Nullable Entry find(String key, @Nullable String version) {
        for (Entry each : entries.reversed()) {
            boolean matches = each.key.startsWith(key);
            if (each.finished && matches && (version == null || each.version.equals(version))) {
                return each;
            }
        }
        return null;
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            synchronized (this) {
                try {
                    if (path.startsWith(TWIRP)) {
                        twirp(exchange, path.substring(TWIRP.length()), body);
                    } else if (path.startsWith(V1)) {
                        first(exchange, path.substring(V1.length()), body);
                    } else if (path.startsWith("/storage/")) {
                        storage(exchange, Integer.parseInt(path.substring(9)), body);
                    } else {
                        throw new Refused(404, "no such path " + path);
                    }
                } catch (Refused e) {
                    if (e.status == 400) {
                        complaints.add(e.getMessage());
                    }
                    String code = e.status == 409 ? "already_exists" : "refused";
                    answer(
                            exchange,
                            e.status,
                            "{\"code\":\"" + code + "\",\"msg\":\"" + e.getMessage() + "\"}");
                }
            }
        }
    }

    private static void demand(boolean holds, String otherwise) throws Refused {
        if (!holds) {
            throw new Refused(400, otherwise);
        }
    }

    private static String header(HttpExchange exchange, String name) {
        return String.valueOf(exchange.getRequestHeaders().getFirst(name));
    }

    private static void authorized(HttpExchange exchange) throws Refused {
        if (!header(exchange, "Authorization").endsWith(".signature")) {
            throw new Refused(401, "the token is not valid");
        }
    }

    private Entry create(Json.Obj request) throws IOException {
        String key = request.requiredText("key");
        String version = request.requiredText("version");
        demand(version.length() == 64, "the version is no digest");
        demand(key.length() <= 512 && key.indexOf(',') < 0, "no good key");
        for (Entry each : entries) {
            if (each.key.equals(key) && each.version.equals(version)) {
                throw new Refused(409, "cache entry with the same key already exists");
            }
        }
        Entry entry = new Entry(key, version);
        entries.add(entry);
        return entry;
    }

    private static void finish(Entry entry, long size) throws Refused {
        long next = 0;
        for (Map.Entry<Long, byte[]> chunk : entry.chunks.entrySet()) {
            demand(chunk.getKey() == next, "a gap at byte " + next);
            next += chunk.getValue().length;
        }
        demand(next == size, size + " bytes were announced, " + next + " are there");
        entry.finished = true;
    }

    private void twirp(HttpExchange exchange, String method, byte[] body) throws IOException {
        demand(exchange.getRequestMethod().equals("POST"), "a call that is no POST");
        demand(header(exchange, "Content-Type").equals("application/json"), "no JSON");
        authorized(exchange);
        Json.Obj request = Json.parseObject(body);
        switch (method) {
            case "CreateCacheEntry" -> {
                int id = entries.indexOf(create(request));
                answer(
                        exchange,
                        200,
                        "{\"ok\":true,\"signed_upload_url\":\"" + signed(id, "rw") + "\"}");
            }
            case "FinalizeCacheEntryUpload" -> {
                String key = request.requiredText("key");
                for (Entry each : entries) {
                    if (each.key.equals(key)) {
                        finish(each, request.number("size_bytes", -1));
                    }
                }
                answer(exchange, 200, "{\"ok\":true,\"entry_id\":\"1\"}");
            }
            case "GetCacheEntryDownloadURL" -> {
                Entry found = find(request.requiredText("key"), request.requiredText("version"));
                answer(
                        exchange,
                        200,
                        found == null
                                ? "{\"ok\":false}"
                                : "{\"ok\":true,\"matched_key\":\""
                                        + found.key
                                        + "\",\"signed_download_url\":\""
                                        + signed(entries.indexOf(found), "r")
                                        + "\"}");
            }
            default -> throw new Refused(404, "no such call " + method);
        }
    }

    private String signed(int id, String may) {
        return url() + "storage/" + id + "?sv=2021-08-06&sp=" + may + "&sig=c2VjcmV0%2Bsig%3D";
    }

    private void first(HttpExchange exchange, String path, byte[] body) throws IOException {
        authorized(exchange);
        demand(
                header(exchange, "Accept").equals("application/json;api-version=6.0-preview.1"),
                "no version of the interface");
        String method = exchange.getRequestMethod();
        if (method.equals("GET") && path.equals("cache")) {
            Map<String, String> query = query(exchange);
            Entry found = find(query.getOrDefault("keys", ""), query.get("version"));
            if (found == null) {
                exchange.sendResponseHeaders(204, -1);
                return;
            }
            answer(
                    exchange,
                    200,
                    "{\"cacheKey\":\""
                            + found.key
                            + "\",\"scope\":\"refs/heads/main\",\"archiveLocation\":\""
                            + signed(entries.indexOf(found), "r")
                            + "\"}");
        } else if (method.equals("POST") && path.equals("caches")) {
            int id = entries.indexOf(create(Json.parseObject(body)));
            answer(exchange, 201, "{\"cacheId\":" + (id + 1) + "}");
        } else if (method.equals("PATCH")) {
            String range = header(exchange, "Content-Range");
            long from = Long.parseLong(range.substring(6, range.indexOf('-')));
            long to = Long.parseLong(range.substring(range.indexOf('-') + 1, range.indexOf('/')));
            demand(range.endsWith("/*") && to - from + 1 == body.length, "wrong range " + range);
            entry(path).chunks.put(from, body);
            exchange.sendResponseHeaders(204, -1);
        } else if (method.equals("POST")) {
            finish(entry(path), Json.parseObject(body).number("size", -1));
            exchange.sendResponseHeaders(204, -1);
        } else {
            throw new Refused(404, method + " " + path);
        }
    }

    private Entry entry(String path) {
        return entries.get(Integer.parseInt(path.substring("caches/".length())) - 1);
    }

    private static Map<String, String> query(HttpExchange exchange) {
        var query = new HashMap<String, String>();
        for (String each : exchange.getRequestURI().getRawQuery().split("&", -1)) {
            int equals = each.indexOf('=');
            query.put(
                    each.substring(0, equals),
                    URLDecoder.decode(each.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    private void storage(HttpExchange exchange, int id, byte[] body) throws IOException {
        Map<String, String> query = query(exchange);
        demand(
                exchange.getRequestHeaders().getFirst("Authorization") == null,
                "the token came to the storage");
        demand("c2VjcmV0+sig=".equals(query.get("sig")), "the signature is not the one given");
        Entry entry = entries.get(id);
        if (exchange.getRequestMethod().equals("GET")) {
            download(exchange, entry.content());
            return;
        }
        demand("rw".equals(query.get("sp")), "an address for reading was written to");
        demand(!header(exchange, "x-ms-version").equals("null"), "no x-ms-version");
        switch (query.getOrDefault("comp", "")) {
            case "" -> {
                demand(header(exchange, "x-ms-blob-type").equals("BlockBlob"), "no x-ms-blob-type");
                entry.chunks.put(0L, body);
            }
            case "block" -> entry.blocks.put(query.getOrDefault("blockid", ""), body);
            case "blocklist" -> {
                long at = 0;
                for (String part : new String(body, StandardCharsets.UTF_8).split("<Latest>", -1)) {
                    int end = part.indexOf("</Latest>");
                    if (end > 0) {
                        byte[] block = entry.blocks.get(part.substring(0, end));
                        if (block == null) {
                            throw new Refused(400, "a block that was not sent");
                        }
                        entry.chunks.put(at, block);
                        at += block.length;
                    }
                }
            }
            default -> throw new Refused(400, "comp=" + query.get("comp"));
        }
        exchange.sendResponseHeaders(201, -1);
    }

    private void download(HttpExchange exchange, byte[] content) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = 0;
        int status = 200;
        if (range != null) {
            from = Integer.parseInt(range.substring(6, range.length() - 1));
            exchange.getResponseHeaders()
                    .add(
                            "Content-Range",
                            "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            status = 206;
            ranges++;
        }
        byte[] rest = Arrays.copyOfRange(content, from, content.length);
        exchange.sendResponseHeaders(status, rest.length == 0 ? -1 : rest.length);
        if (cutNextDownload && rest.length > 100) {
            cutNextDownload = false;
            exchange.getResponseBody().write(rest, 0, rest.length / 2);
            exchange.getResponseBody().flush();
            throw new IOException("cut on purpose");
        }
        exchange.getResponseBody().write(rest);
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
