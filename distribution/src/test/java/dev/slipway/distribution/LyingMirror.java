package dev.slipway.distribution;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;

/// A mirror that has all that its registry has, and serves it damaged.
final class LyingMirror implements AutoCloseable {
    /// What it does to what it serves.
    enum Lie {
        /// One bit of a layer is another.
        DAMAGED_LAYER,
        /// A layer ends early, and its length says so.
        SHORT_LAYER,
        /// A layer has more bytes than it should.
        LONG_LAYER,
        /// The connection breaks in the middle of a layer, each time.
        CUT_LAYER,
        /// One bit of a configuration is another.
        DAMAGED_CONFIG,
        /// In place of manifests come pages, as hotel networks serve them.
        PAGE,
        /// A manifest is called by a type it is not of.
        WRONG_TYPE,
        /// A manifest is not the one of its digest.
        DAMAGED_MANIFEST
    }

    private final HttpServer server;
    private final String backend;
    private final Lie lie;
    private final List<String> journal = Collections.synchronizedList(new ArrayList<>());

    LyingMirror(String backend, Lie lie) throws IOException {
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        this.backend = backend;
        this.lie = lie;
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String host() {
        return "localhost:" + server.getAddress().getPort();
    }

    /// `METHOD path`, in order.
    List<String> journal() {
        return List.copyOf(journal);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            String path = exchange.getRequestURI().getPath();
            journal.add(method + " " + path);
            URI place = URI.create("http://" + backend + exchange.getRequestURI());
            HttpURLConnection there = (HttpURLConnection) place.toURL().openConnection();
            there.setRequestMethod(method);
            exchange.getRequestHeaders()
                    .getOrDefault("Accept", List.of())
                    .forEach(type -> there.addRequestProperty("Accept", type));
            int status = there.getResponseCode();
            String type = there.getContentType();
            byte[] body = status == 200 ? there.getInputStream().readAllBytes() : new byte[0];
            boolean manifest = path.contains("/manifests/");
            boolean layer = path.contains("/blobs/") && body.length > 10_000;
            boolean config = path.contains("/blobs/") && !layer;
            int length = body.length;
            if (lie == Lie.PAGE && manifest) {
                type = "text/html";
                body = "<html>Log in</html>".getBytes(StandardCharsets.UTF_8);
                length = body.length;
            } else if (lie == Lie.WRONG_TYPE && manifest) {
                type = "application/vnd.oci.image.index.v1+json";
            } else if (body.length > 0
                    && ((lie == Lie.DAMAGED_LAYER && layer)
                            || (lie == Lie.DAMAGED_CONFIG && config)
                            || (lie == Lie.DAMAGED_MANIFEST && manifest))) {
                body[body.length / 2] ^= 1;
            } else if (lie == Lie.SHORT_LAYER && layer) {
                length = body.length / 2;
            } else if (lie == Lie.LONG_LAYER && layer) {
                body = java.util.Arrays.copyOf(body, body.length + 10);
                length = body.length;
            }
            if (type != null) {
                exchange.getResponseHeaders().add("Content-Type", type);
            }
            String digest = there.getHeaderField("Docker-Content-Digest");
            if (digest != null) {
                exchange.getResponseHeaders().add("Docker-Content-Digest", digest);
            }
            exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
            boolean cut = lie == Lie.CUT_LAYER && layer;
            exchange.getResponseBody().write(body, 0, cut ? length / 2 : length);
        } catch (IOException _) {
            // cut off, as it should be
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
