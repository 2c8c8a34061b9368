package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Platform;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Registries that want to know who asks.
class AuthorizationTest {
    private static final Platform AMD64 = Platform.of("linux", "amd64");

    @TempDir private static Path shared;
    private static Certificates certificates;

    @TempDir private Path directory;

    @BeforeAll
    static void make() throws Exception {
        certificates = Certificates.make(shared.resolve("certificates"));
    }

    private Registries as(String login) {
        return new Registries(
                Samples.settings(directory, Map.of()).withLogin(login), TransferListener.none());
    }

    @Test
    void password_isAskedForAndKeptAfterLogin() throws Exception {
        try (TestRegistry registry = TestRegistry.withPassword(directory.resolve("registry"));
                Registries registries = Samples.registries(directory)) {
            String name = registry.host() + "/app:v1";
            assertThatThrownBy(() -> Samples.roundTrip(directory, registries, name))
                    .isInstanceOf(RegistryException.class)
                    .extracting("status", "hint")
                    .containsExactly(
                            401,
                            "Log in with an account that may do this: slipway login "
                                    + registry.host());
            Login login = new Login(registries);
            assertThatThrownBy(() -> login.login(registry.host(), "alice", "wrong"))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("the user name or the password is wrong");
            assertThat(directory.resolve(".docker/config.json")).doesNotExist();

            Login.Kept kept = login.login(registry.host(), "alice", "secret");

            assertThat(kept.isPlain()).isTrue();
            Samples.roundTrip(directory, registries, name);
            assertThat(login.logout(registry.host())).hasSize(1);
        }
    }

    @Test
    void push_thatIsRefusedWhileItCompresses_saysSo() throws Exception {
        try (TestRegistry registry = TestRegistry.withPassword(directory.resolve("registry"));
                Registries registries = Samples.registries(directory);
                Store from = Store.open(directory.resolve("a"))) {
            Descriptor image = Samples.image(from, AMD64, new Random(2), 3_000_000, 10_000);
            var push = new Push(registries, from, Compression.gzip(), false, 100_000);
            assertThatThrownBy(
                            () -> push.push(image, Samples.name(registry.host() + "/big:v1"), null))
                    .isInstanceOf(RegistryException.class)
                    .extracting("status")
                    .isEqualTo(401);
            assertThat(Thread.interrupted()).isFalse();
            Samples.checkWhole(from);
        }
    }

    @Test
    void tokens_areHadForWhatIsDone_anonymouslyAndByName() throws Exception {
        try (TokenServer tokens = new TokenServer(certificates);
                TestRegistry registry =
                        TestRegistry.withTokens(
                                directory.resolve("registry"),
                                tokens.realm(),
                                certificates.file("ca.crt"))) {
            try (Registries anonymous = Samples.registries(directory)) {
                Samples.roundTrip(directory, anonymous, registry.host() + "/public/app:v1");
                assertThatThrownBy(() ->
                                Samples.roundTrip(
                                        directory, anonymous, registry.host() + "/private/app:v1"))
                        .isInstanceOf(RegistryException.class);
            }
            assertThat(tokens.requests().getFirst())
                    .startsWith("GET service=test-service&scope=repository%3Apublic%2Fapp%3A")
                    .endsWith(" null");
            try (Registries alice = as("alice:secret")) {
                Samples.roundTrip(directory, alice, registry.host() + "/private/app:v1");
            }
            int count = tokens.requests().size();
            assertThat(count).isLessThan(12); // they are kept while fresh
            try (Registries wrong = as("alice:wrong")) {
                assertThatThrownBy(() ->
                                Samples.roundTrip(
                                        directory, wrong, registry.host() + "/public/app:v2"))
                        .hasMessageContaining("token server")
                        .extracting("status")
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void identityToken_isRefreshed_alsoWhereOnlyGetIsKnown() throws Exception {
        try (TokenServer tokens = new TokenServer(certificates);
                TestRegistry registry =
                        TestRegistry.withTokens(
                                directory.resolve("registry"),
                                tokens.realm(),
                                certificates.file("ca.crt"))) {
            Files.createDirectories(directory.resolve(".docker"));
            Files.writeString(
                    directory.resolve(".docker/config.json"),
                    "{\"auths\":{\"" + registry.host() + "\":{\"identitytoken\":\"good\"}}}");
            try (Registries registries = Samples.registries(directory)) {
                Samples.roundTrip(directory, registries, registry.host() + "/private/app:v1");
            }
            assertThat(tokens.requests().getFirst())
                    .startsWith("POST grant_type=refresh_token")
                    .contains("refresh_token=good");
            tokens.forgetPost();
            try (Registries registries = Samples.registries(directory)) {
                assertThatThrownBy(() ->
                                Samples.roundTrip(
                                        directory, registries, registry.host() + "/private/b:v1"))
                        .isInstanceOf(RegistryException.class);
            }
            assertThat(tokens.requests().getLast()).startsWith("GET ").contains("Basic ");
        }
    }

    @Test
    void tls_trustsTheAuthoritiesOfCertsD_andShowsTheClientsCertificate() throws Exception {
        try (TestRegistry registry =
                TestRegistry.withTls(
                        directory.resolve("registry"),
                        certificates.file("server.crt"),
                        certificates.file("server.key"),
                        certificates.file("ca.crt"))) {
            String name = registry.host() + "/app:v1";
            try (Registries registries = Samples.registries(directory)) {
                assertThatThrownBy(() -> Samples.roundTrip(directory, registries, name))
                        .hasMessageContaining("TLS")
                        .extracting("hint")
                        .asString()
                        .contains("certs.d/" + registry.host());
            }
            Path certs = directory.resolve(".config/containers/certs.d").resolve(registry.host());
            Files.createDirectories(certs);
            Files.copy(certificates.file("ca.crt"), certs.resolve("ca.crt"));
            Files.copy(certificates.file("client.crt"), certs.resolve("client.cert"));
            Files.copy(certificates.file("client.key"), certs.resolve("client.key"));
            try (Registries registries = Samples.registries(directory)) {
                Samples.roundTrip(directory, registries, name);
            }
        }
    }

    @Test
    void tls_withoutVerification_whenAskedFor() throws Exception {
        try (TestRegistry registry =
                        TestRegistry.withTls(
                                directory.resolve("registry"),
                                certificates.file("server.crt"),
                                certificates.file("server.key"),
                                null);
                Registries registries =
                        new Registries(
                                Samples.settings(directory, Map.of()).withTlsVerify(false),
                                TransferListener.none())) {
            Samples.roundTrip(directory, registries, registry.host() + "/app:v1");
        }
    }

    /// A registry that sends blobs elsewhere, as those before a CDN do, and the place it sends to.
    @Test
    void redirect_toAnotherHost_carriesNoAuthorization() throws Exception {
        byte[] content = "content".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Descriptor blob =
                Descriptor.of("x", dev.slipway.image.Digest.sha256(content), content.length);
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        HttpServer cdn = server();
        cdn.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        seen.add("cdn " + exchange.getRequestHeaders().getFirst("Authorization"));
                        exchange.sendResponseHeaders(200, content.length);
                        exchange.getResponseBody().write(content);
                    }
                });
        HttpServer registry = server();
        registry.createContext(
                "/v2/",
                exchange -> {
                    try (exchange) {
                        String authorization =
                                exchange.getRequestHeaders().getFirst("Authorization");
                        seen.add("registry " + authorization);
                        if (authorization == null) {
                            exchange.getResponseHeaders()
                                    .add("WWW-Authenticate", "Basic realm=\"x\"");
                            exchange.sendResponseHeaders(401, -1);
                            return;
                        }
                        exchange.getResponseHeaders()
                                .add(
                                        "Location",
                                        "http://127.0.0.1:"
                                                + cdn.getAddress().getPort()
                                                + "/b?sig=a b");
                        exchange.sendResponseHeaders(307, -1);
                    }
                });
        try (Registries registries = as("alice:secret")) {
            Repository repository =
                    registries.repository(
                            Samples.name("localhost:" + registry.getAddress().getPort() + "/app"));
            assertThat(repository.smallBlob(blob, 100)).isEqualTo(content);
        } finally {
            registry.stop(0);
            cdn.stop(0);
        }
        assertThat(seen).contains("cdn null").anyMatch(s -> s.startsWith("registry Basic"));
        assertThat(seen).noneMatch(s -> s.startsWith("cdn Basic"));
    }

    private static HttpServer server() throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        return server;
    }

    @Test
    void endlessAnswer_isBounded() throws Exception {
        HttpServer registry = server();
        registry.createContext(
                "/v2/",
                exchange -> {
                    try (exchange) {
                        exchange.sendResponseHeaders(200, 0);
                        byte[] junk = new byte[1 << 16];
                        for (int i = 0; i < 200; i++) {
                            exchange.getResponseBody().write(junk);
                        }
                    } catch (IOException _) {
                        // Cut off by the client, as it should be.
                    }
                });
        try (Registries registries = Samples.registries(directory)) {
            Repository repository =
                    registries.repository(
                            Samples.name("localhost:" + registry.getAddress().getPort() + "/app"));
            assertThatThrownBy(() -> repository.find("v1"))
                    .hasMessageContaining("longer than 4194304 bytes");
        } finally {
            registry.stop(0);
        }
    }
}
