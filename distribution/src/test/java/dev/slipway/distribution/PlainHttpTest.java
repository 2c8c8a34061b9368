package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// A registry that speaks plain http at an address of this machine that is not its loopback's.
class PlainHttpTest {
    @TempDir private Path home;
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private String host;

    @BeforeEach
    void start() throws Exception {
        InetAddress address =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
                        .findFirst()
                        .orElse(null);
        Assumptions.assumeTrue(address != null, "needs an address besides the loopback's");
        server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        server.createContext(
                "/v2/",
                exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    requests.add(exchange.getRequestMethod() + " " + path);
                    exchange.sendResponseHeaders(path.equals("/v2/") ? 200 : 404, -1);
                    exchange.close();
                });
        server.start();
        host =
                server.getAddress().getAddress().getHostAddress()
                        + ":"
                        + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    private RegistrySettings settings(String rule) throws Exception {
        Path file = home.resolve("registries.conf");
        Files.writeString(file, "[[registry]]\nlocation = \"" + host + "\"\n" + rule);
        return Samples.settings(home, Map.of("CONTAINERS_REGISTRIES_CONF", file.toString()));
    }

    private boolean isThere(RegistrySettings settings) throws Exception {
        try (var registries = new Registries(settings, TransferListener.none())) {
            return registries.resolve(Samples.name(host + "/team/app:v1")).isPresent();
        }
    }

    @Test
    void plainHttp_isForRegistriesThatAreSaidToBeInsecure() throws Exception {
        assertThat(isThere(settings("insecure = true\n"))).isFalse();
        assertThat(requests).contains("HEAD /v2/team/app/manifests/v1");
        requests.clear();
        assertThat(isThere(settings("").withTlsVerify(false))).isFalse();
        assertThat(requests).contains("HEAD /v2/team/app/manifests/v1");
    }

    /// Go's servers answer what is no HTTP, as a TLS greeting, with a plain 400.
    @Test
    void plainHttp_isRefusedOtherwise_andNothingIsAskedInTheClear() throws Exception {
        InetSocketAddress address = server.getAddress();
        server.stop(0);
        List<Integer> firstBytes = Collections.synchronizedList(new ArrayList<>());
        try (var plain = new ServerSocket(address.getPort(), 10, address.getAddress())) {
            Thread.ofVirtual()
                    .start(() -> {
                        while (!plain.isClosed()) {
                            try (Socket client = plain.accept()) {
                                firstBytes.add(client.getInputStream().read());
                                client.getOutputStream()
                                        .write(
                                                "HTTP/1.1 400 Bad Request\r\n\r\n"
                                                        .getBytes(US_ASCII));
                            } catch (IOException _) {
                                // that client is gone
                            }
                        }
                    });
            for (String rule : List.of("", "insecure = false\n")) {
                assertThatThrownBy(() -> isThere(settings(rule)))
                        .isInstanceOf(RegistryException.class)
                        .hasMessageContaining(host + " does not speak TLS")
                        .extracting("hint")
                        .asString()
                        .contains("insecure = true for " + host, "--tls-verify=false");
            }
        }
        assertThat(firstBytes).isNotEmpty().containsOnly(0x16); // TLS handshake records
    }
}
