package dev.slipway.cli.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A registry in memory that can stop in the middle of a blob, either way, and say so.
final class StallingRegistry implements AutoCloseable {
    private static final int MOVED_BYTES = 1 << 20;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> content = new ConcurrentHashMap<>();
    private final Map<String, String> types = new ConcurrentHashMap<>();
    private final Map<String, byte[]> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean stalls;
    private volatile CountDownLatch stalled = new CountDownLatch(1);

    StallingRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v2/", this::serve);
        server.start();
    }

    /// Host and port, as it stands in image names.
    String host() {
        return "localhost:" + server.getAddress().getPort();
    }

    /// From now on each blob of more than two megabytes stops after the first of them.
    void stall() {
        stalled = new CountDownLatch(1);
        stalls = true;
    }

    /// No blob stops any more, but for those that have.
    void behave() {
        stalls = false;
    }

    /// Waits until a blob has stopped.
    boolean hasStalled() throws InterruptedException {
        return stalled.await(1, TimeUnit.MINUTES);
    }

    /// What was asked: `METHOD path range`.
    List<String> requests() {
        return List.copyOf(requests);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String method = exchange.getRequestMethod();
            String range = exchange.getRequestHeaders().getFirst("Range");
            requests.add(method + " " + path + " " + range);
            if (path.contains("/blobs/uploads/")) {
                upload(exchange, method, path);
            } else if (method.equals("PUT")) {
                putManifest(exchange, path);
            } else if (path.equals("/v2/")) {
                exchange.sendResponseHeaders(200, -1);
            } else {
                get(exchange, method, key(path), range);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Blobs are the same in all repositories.
    private static String key(String path) {
        int digest = path.indexOf("sha256:");
        return digest < 0 ? path : path.substring(digest);
    }

    private void get(HttpExchange exchange, String method, String key, String range)
            throws IOException, InterruptedException {
        byte[] all = content.get(key);
        if (all == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        exchange.getResponseHeaders()
                .add("Content-Type", types.getOrDefault(key, "application/octet-stream"));
        exchange.getResponseHeaders().add("Docker-Content-Digest", digest(all));
        if (method.equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", String.valueOf(all.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        int from = 0;
        if (range != null) {
            from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            exchange.getResponseHeaders()
                    .add(
                            "Content-Range",
                            "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
        }
        exchange.sendResponseHeaders(from == 0 ? 200 : 206, all.length - from);
        OutputStream out = exchange.getResponseBody();
        if (stalls && all.length > 2 * MOVED_BYTES) {
            out.write(all, from, MOVED_BYTES);
            out.flush();
            stop();
        } else {
            out.write(all, from, all.length - from);
        }
    }

    private void stop() throws InterruptedException {
        stalled.countDown();
        closed.await();
    }

    private void upload(HttpExchange exchange, String method, String path)
            throws IOException, InterruptedException {
        String session = path.substring(path.lastIndexOf('/') + 1);
        switch (method) {
            case "POST" -> {
                session = "s" + sessions.incrementAndGet();
                uploads.put(session, new byte[0]);
                exchange.getResponseHeaders().add("Location", path + session);
                exchange.sendResponseHeaders(202, -1);
            }
            case "PATCH", "PUT" -> {
                byte[] before = uploads.getOrDefault(session, new byte[0]);
                byte[] more = received(exchange.getRequestBody());
                byte[] all = Arrays.copyOf(before, before.length + more.length);
                System.arraycopy(more, 0, all, before.length, more.length);
                uploads.put(session, all);
                if (method.equals("PUT")) {
                    content.put(digest(all), all);
                    exchange.getResponseHeaders().add("Docker-Content-Digest", digest(all));
                    exchange.sendResponseHeaders(201, -1);
                    return;
                }
                exchange.getResponseHeaders().add("Location", path);
                exchange.getResponseHeaders().add("Range", "0-" + (all.length - 1));
                exchange.sendResponseHeaders(202, -1);
            }
            default -> {
                uploads.remove(session);
                exchange.sendResponseHeaders(method.equals("DELETE") ? 204 : 404, -1);
            }
        }
    }

    private byte[] received(InputStream in) throws IOException, InterruptedException {
        var all = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 << 10];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            all.write(buffer, 0, n);
            if (stalls && all.size() > MOVED_BYTES) {
                stop();
            }
        }
        return all.toByteArray();
    }

    private void putManifest(HttpExchange exchange, String path) throws IOException {
        byte[] json = exchange.getRequestBody().readAllBytes();
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        for (String key : List.of(key(path), digest(json))) {
            content.put(key, json);
            types.put(key, type);
        }
        exchange.getResponseHeaders().add("Docker-Content-Digest", digest(json));
        exchange.sendResponseHeaders(201, -1);
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
