package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.slipway.image.Digest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Reference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Tags that two set at once. The registry is one of our own: no real one is so punctual.
class TaggingTest {
    private static final byte[] OURS = index("ours");
    private static final byte[] THEIRS = index("theirs");

    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private volatile boolean contested;
    private HttpServer server;
    private Reference name;

    private static byte[] index(String who) {
        return ("{\"schemaVersion\":2,\"mediaType\":\""
                        + MediaTypes.OCI_INDEX
                        + "\",\"manifests\":[],\"annotations\":{\"who\":\""
                        + who
                        + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v2/", this::answer);
        server.start();
        name = Reference.parse("localhost:" + server.getAddress().getPort() + "/app");
        manifests.put(Digest.sha256(OURS).toString(), OURS);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var key = path.substring(path.lastIndexOf('/') + 1);
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestMethod().equals("PUT")) {
            manifests.put(key, contested ? THEIRS : body);
            exchange.sendResponseHeaders(201, -1);
        } else {
            byte[] found = manifests.get(key);
            if (found != null) {
                var headers = exchange.getResponseHeaders();
                headers.set("Content-Type", MediaTypes.OCI_INDEX);
                headers.set("Docker-Content-Digest", Digest.sha256(found).toString());
                boolean head = exchange.getRequestMethod().equals("HEAD");
                if (head) {
                    headers.set("Content-Length", Integer.toString(found.length));
                }
                exchange.sendResponseHeaders(200, head ? -1 : found.length);
                if (!head) {
                    exchange.getResponseBody().write(found);
                }
            } else {
                exchange.sendResponseHeaders(path.equals("/v2/") ? 200 : 404, -1);
            }
        }
        exchange.close();
    }

    @Test
    void set_whileAnotherSetsTheSameTag_isAFailure() throws Exception {
        var ours = Digest.sha256(OURS);
        try (var registries =
                new Registries(RegistrySettings.of(Map.of()), TransferListener.none())) {
            var tagging = Tagging.of(registries, name, ours);
            tagging.set("1.0");
            assertThat(manifests.get("1.0")).isEqualTo(OURS);
            contested = true;
            assertThatExceptionOfType(RegistryException.class)
                    .isThrownBy(() -> tagging.set("1.1"))
                    .withMessageContaining(":1.1 was set to another image at the same time: ")
                    .withMessageContaining(Digest.sha256(THEIRS).toString());
        }
    }
}
