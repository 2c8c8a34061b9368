package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.distribution.auth.Credential;
import dev.slipway.distribution.http.Headers;
import dev.slipway.distribution.http.HttpRequest;
import dev.slipway.distribution.http.ProxySettings;
import dev.slipway.distribution.http.SilentHostException;
import dev.slipway.distribution.http.SocketTransport;
import dev.slipway.distribution.http.TlsFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Hosts that take a connection and then say nothing, or nothing more.
@Timeout(60)
class SilentHostTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    /// Takes one connection, sends `words`, and holds on to it.
    private static final class Silent implements AutoCloseable {
        private final ServerSocket server =
                new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final Thread thread;

        Silent(String words) throws IOException {
            thread = Thread.ofVirtual().start(() -> serve(words));
        }

        private void serve(String words) {
            try (Socket connection = server.accept()) {
                connection.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
                connection.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException _) {
                return; // it went
            }
        }

        String authority() {
            return "127.0.0.1:" + server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
            thread.interrupt();
        }
    }

    private static SocketTransport transport() {
        return new SocketTransport(ProxySettings.of(Map.of()), TlsFiles.SYSTEM, SHORT, SHORT);
    }

    @Test
    void aRegistryThatDoesNotAnswerIsNamed() throws Exception {
        try (Silent silent = new Silent("");
                SocketTransport transport = transport()) {
            RegistryHost host =
                    new RegistryHost(
                            "registry.example.com",
                            silent.authority(),
                            false,
                            transport,
                            ProxySettings.of(Map.of()),
                            new HostGate(Duration.ofMillis(1)),
                            _ -> Credential.anonymous(),
                            new TransferListener() {});
            Call call =
                    new Call(
                            "GET",
                            "pull the manifest of app:1",
                            "/v2/app/manifests/1",
                            "app",
                            List.of(),
                            new Headers(),
                            null,
                            List.of(200),
                            true);

            RegistryException failure =
                    catchThrowableOfType(RegistryException.class, () -> host.open(call));

            assertThat(failure)
                    .hasMessage(
                            "cannot pull the manifest of app:1: registry.example.com does not"
                                    + " answer");
            assertThat(failure.host()).isEqualTo("registry.example.com");
        }
    }

    @Test
    void aBodyThatStopsComingIsNoInterruption() throws Exception {
        try (Silent silent = new Silent("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                SocketTransport transport = transport()) {
            URI uri = URI.create("http://" + silent.authority() + "/");
            try (var answer = transport.send(HttpRequest.of("GET", uri))) {
                assertThatThrownBy(() -> answer.body().readAllBytes())
                        .isInstanceOf(SilentHostException.class);
            }
        }
    }
}
