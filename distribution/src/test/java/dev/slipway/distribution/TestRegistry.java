package dev.slipway.distribution;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Debian's docker-registry, serving from a scratch directory on loopback.
final class TestRegistry implements AutoCloseable {
    /// bcrypt of `secret`, as `htpasswd -B` writes it.
    private static final String HTPASSWD =
            "alice:$2b$04$gu.HXxtf/Tic2GBA7W8Gi.qmAY8Brj7ysKOey/C4F2/3uE9b0e/iW\n";

    private final Process process;
    private final int port;
    private final Path log;

    private TestRegistry(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    static TestRegistry plain(Path directory) throws Exception {
        return start(directory, "", "");
    }

    /// Asks for `alice` and `secret` by Basic.
    static TestRegistry withPassword(Path directory) throws Exception {
        Files.createDirectories(directory);
        Path file = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
        return start(
                directory, "auth: {htpasswd: {realm: \"a, \\\"b\\\"\", path: " + file + "}}\n", "");
    }

    /// Asks for tokens of a realm.
    static TestRegistry withTokens(Path directory, String realm, Path certificates)
            throws Exception {
        return start(
                directory,
                "auth: {token: {realm: \""
                        + realm
                        + "\", service: test-service, issuer: test-issuer, rootcertbundle: "
                        + certificates
                        + "}}\n",
                "");
    }

    /// Serves TLS; asks for a client certificate if `clientAuthority` is given.
    static TestRegistry withTls(
            Path directory, Path certificate, Path key, @Nullable Path clientAuthority)
            throws Exception {
        String clients = clientAuthority == null ? "" : ", clientcas: [" + clientAuthority + "]";
        return start(
                directory,
                "",
                ", tls: {certificate: " + certificate + ", key: " + key + clients + "}");
    }

    private static TestRegistry start(Path directory, String auth, String http) throws Exception {
        Tools.need("docker-registry");
        Files.createDirectories(directory);
        int port = freePort();
        Path config =
                Files.writeString(
                        directory.resolve("config.yml"),
                        "version: 0.1\nlog: {level: error}\nstorage:\n  filesystem: {rootdirectory: "
                                + directory.resolve("data")
                                + "}\n  delete: {enabled: true}\n"
                                + auth
                                + "http: {addr: \"127.0.0.1:"
                                + port
                                + "\", secret: test"
                                + http
                                + "}\n");
        Path log = directory.resolve("log");
        Process process =
                new ProcessBuilder("docker-registry", "serve", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        awaitListening(process, port, log);
        return new TestRegistry(process, port, log);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitListening(Process process, int port, Path log) throws Exception {
        for (int i = 0; i < 500 && process.isAlive(); i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return;
            } catch (IOException _) {
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
        }
        process.destroyForcibly();
        throw new IOException("docker-registry did not start: " + Files.readString(log));
    }

    int port() {
        return port;
    }

    /// Host and port, as it stands in image names.
    String host() {
        return "localhost:" + port;
    }

    /// What it logged: a line a request. A line is written after its answer was, so this can miss
    /// the last ones: see [#logSince].
    private String log() throws IOException {
        return Files.readString(log);
    }

    /// What it logged after the first `from` characters, once all of `wanted` are there.
    ///
    /// @return what is there after ten seconds if they are not
    String logSince(int from, String... wanted) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            String text = log().substring(from);
            boolean whole = List.of(wanted).stream().allMatch(text::contains);
            if (whole || System.nanoTime() > end || process.waitFor(20, TimeUnit.MILLISECONDS)) {
                return text;
            }
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
