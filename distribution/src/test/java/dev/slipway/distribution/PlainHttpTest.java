package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet4Address;
import java.net.InetAddress;
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
    private final List<Integer> firstBytes = Collections.synchronizedList(new ArrayList<>());
    private ServerSocket server;
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
        server = new ServerSocket(0, 10, address);
        Thread.ofVirtual().start(this::serve);
        host = address.getHostAddress() + ":" + server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                answer(client);
            } catch (IOException _) {
                // that client is gone, or the test is over
            }
        }
    }

    /// As Go's servers do: what is no HTTP, such as a TLS greeting, gets a plain 400.
    private void answer(Socket client) throws IOException {
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
        int first = in.read();
        firstBytes.add(first);
        String status = "400 Bad Request";
        if (Character.isLetter(first)) {
            String line = (char) first + in.readLine();
            while (!in.readLine().isEmpty()) {} // headers
            String request = line.substring(0, line.lastIndexOf(' '));
            requests.add(request);
            status = request.endsWith(" /v2/") ? "200 OK" : "404 Not Found";
        }
        String answer = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        client.getOutputStream().write(answer.getBytes(ISO_8859_1));
    }

    @AfterEach
    void stop() throws IOException {
        if (server != null) {
            server.close();
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

    @Test
    void plainHttp_isRefusedOtherwise_andNothingIsAskedInTheClear() throws Exception {
        for (String rule : List.of("", "insecure = false\n")) {
            assertThatThrownBy(() -> isThere(settings(rule)))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining(host + " does not speak TLS")
                    .extracting("hint")
                    .asString()
                    .contains("insecure = true for " + host, "--tls-verify=false");
        }
        assertThat(firstBytes).isNotEmpty().containsOnly(0x16); // TLS handshake records
    }
}
