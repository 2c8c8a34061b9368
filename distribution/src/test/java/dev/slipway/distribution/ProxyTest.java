package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Registries behind proxies. Their names resolve nowhere, so nothing but a proxy gets there.
class ProxyTest {
    private static final String PORTER = "cG9ydGVyQGhvbWU6cDpzcw==";

    @TempDir private Path home;

    private Registries registries(Map<String, String> environment) throws IOException {
        return new Registries(Samples.settings(home, environment), TransferListener.none());
    }

    /// An environment in which plain http will do for the host.
    private Map<String, String> insecure(String host, Map<String, String> more) throws IOException {
        Path file =
                Files.writeString(
                        home.resolve("registries.conf"),
                        "[[registry]]\nlocation = \"" + host + "\"\ninsecure = true\n");
        var environment = new HashMap<>(more);
        environment.put("CONTAINERS_REGISTRIES_CONF", file.toString());
        return environment;
    }

    @Test
    void plainRegistry_isReachedThroughTheProxyAlone() throws Exception {
        try (TestRegistry registry = TestRegistry.withPassword(home.resolve("registry"));
                WatchedProxy proxy = new WatchedProxy(registry.port())) {
            Map<String, String> environment =
                    insecure("registry.invalid", Map.of("http_proxy", proxy.address()));
            var settings = Samples.settings(home, environment).withLogin("alice:secret");
            try (Registries registries = new Registries(settings, TransferListener.none())) {
                Samples.roundTrip(home, registries, "registry.invalid/team/app:v1");
            }
            assertThat(proxy.passed())
                    .contains("GET http://registry.invalid/v2/team/app/manifests/v1 HTTP/1.1")
                    .allMatch(line -> line.contains(" http://registry.invalid/v2/"));
            // Each of the two learns its own login and not the other's.
            assertThat(String.join("", proxy.inside()))
                    .contains("Authorization: Basic YWxpY2U6c2VjcmV0")
                    .doesNotContain(PORTER);
        }
    }

    @Test
    void secureRegistry_isReachedThroughATunnel() throws Exception {
        Certificates certificates = Certificates.make(home.resolve("certificates"));
        try (TestRegistry registry =
                        TestRegistry.withTls(
                                home.resolve("registry"),
                                certificates.file("server.crt"),
                                certificates.file("server.key"),
                                null);
                WatchedProxy proxy = new WatchedProxy(registry.port())) {
            Map<String, String> environment =
                    insecure("registry.invalid:8443", Map.of("HTTPS_PROXY", proxy.address()));
            try (Registries registries = registries(environment)) {
                Samples.roundTrip(home, registries, "registry.invalid:8443/team/app:v1");
            }
            assertThat(proxy.passed())
                    .isNotEmpty()
                    .allMatch("CONNECT registry.invalid:8443 HTTP/1.1"::equals);
        }
    }

    @Test
    void proxysLogin_staysOutOfTheTunnel() throws Exception {
        var heads = new CopyOnWriteArrayList<Set<String>>();
        HttpsServer server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(serverTls()));
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        heads.add(Set.copyOf(exchange.getRequestHeaders().keySet()));
                        exchange.sendResponseHeaders(404, -1);
                    }
                });
        server.start();
        try (WatchedProxy proxy = new WatchedProxy(server.getAddress().getPort());
                Registries registries =
                        registries(
                                insecure(
                                        "registry.invalid",
                                        Map.of("HTTPS_PROXY", proxy.address())))) {
            assertThat(registries.find(Samples.name("registry.invalid/team/app:v1"))).isEmpty();
            assertThat(proxy.passed()).isNotEmpty();
            assertThat(heads)
                    .isNotEmpty()
                    .allMatch(head -> head.contains("User-agent"))
                    .noneMatch(head -> head.contains("Proxy-authorization"));
        } finally {
            server.stop(0);
        }
    }

    private SSLContext serverTls() throws Exception {
        Certificates certificates = Certificates.make(home.resolve("certificates"));
        Path file = certificates.file("server.p12");
        Tools.run(
                "openssl",
                "pkcs12",
                "-export",
                "-passout",
                "pass:test",
                "-in",
                certificates.file("server.crt").toString(),
                "-inkey",
                certificates.file("server.key").toString(),
                "-out",
                file.toString());
        char[] password = "test".toCharArray();
        KeyStore store = KeyStore.getInstance(file.toFile(), password);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    @Test
    void proxyThatRefuses_isNamed_andItsPasswordIsNot() throws Exception {
        try (TestRegistry registry = TestRegistry.plain(home.resolve("registry"));
                WatchedProxy proxy = new WatchedProxy(registry.port());
                Registries registries = registries(Map.of("HTTPS_PROXY", proxy.wrongAddress()))) {
            assertThatThrownBy(() -> registries.find(Samples.name("registry.invalid/team/app:v1")))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("the proxy 127.0.0.1 answers 407")
                    .hasMessageNotContaining("wrong");
            assertThat(proxy.passed())
                    .isNotEmpty()
                    .allMatch("CONNECT registry.invalid:443 HTTP/1.1 denied"::equals);
        }
    }

    @Test
    void thisMachineAndExemptHosts_areReachedDirectly() throws Exception {
        try (TestRegistry registry = TestRegistry.plain(home.resolve("registry"));
                WatchedProxy proxy = new WatchedProxy(registry.port())) {
            Map<String, String> proxies =
                    Map.of("HTTP_PROXY", proxy.address(), "HTTPS_PROXY", proxy.address());
            try (Registries registries = registries(proxies)) {
                Samples.roundTrip(home, registries, registry.host() + "/team/app:v1");
                Samples.roundTrip(
                        home, registries, "127.0.0.1:" + registry.port() + "/team/app:v2");
            }
            assertThat(proxy.passed()).isEmpty();

            var exempt = new HashMap<>(insecure("registry.invalid", proxies));
            exempt.put("no_proxy", "other.example,.invalid");
            try (Registries registries = registries(exempt)) {
                assertThatThrownBy(
                                () -> registries.find(Samples.name("registry.invalid/team/app:v1")))
                        .hasMessageContaining("the host name registry.invalid does not resolve");
            }
            assertThat(proxy.passed()).isEmpty();

            exempt.put("no_proxy", "other.example");
            try (Registries registries = registries(exempt)) {
                assertThat(registries.find(Samples.name("registry.invalid/team/app:v1")))
                        .isPresent();
            }
            assertThat(proxy.passed()).isNotEmpty();
        }
    }
}
