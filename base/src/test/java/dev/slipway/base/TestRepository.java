package dev.slipway.base;

import com.sun.net.httpserver.HttpServer;

import dev.slipway.image.Digest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A small signed repository on a local server, and a machine that is set up to use it.
final class TestRepository implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    static final String INDEX = "main/binary-amd64/Packages.xz";

    private final HttpServer server;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final List<String> requests = java.util.Collections.synchronizedList(new ArrayList<>());
    private final Path root;
    private String origin = "Debian";
    private String extra = "";

    /// @param root where the machine's `/etc/apt` is made
    TestRepository(Path root) throws IOException {
        this.root = root;
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    var path = exchange.getRequestURI().getPath();
                    requests.add(path);
                    var content = files.get(path);
                    exchange.sendResponseHeaders(
                            content == null ? 404 : 200, content == null ? -1 : content.length);
                    try (var out = exchange.getResponseBody()) {
                        if (content != null) {
                            out.write(content);
                        }
                    }
                });
        server.start();
        write("etc/apt/sources.list", "deb " + uri() + " test main\n");
        write("etc/os-release", "ID=debian\nVERSION_CODENAME=test\n");
    }

    String uri() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/debian";
    }

    TestRepository origin(String name) {
        origin = name;
        return this;
    }

    /// Adds a line to the release, such as `Valid-Until`.
    TestRepository releaseField(String name, String value) {
        extra += name + ": " + value + "\n";
        return this;
    }

    TestRepository trust(TestKey key) throws IOException {
        var file = root.resolve("usr/share/keyrings/debian-archive-keyring.gpg");
        Files.createDirectories(file.getParent());
        Files.write(file, key.keyring());
        return this;
    }

    /// Puts packages on the server and signs the release with `key`.
    TestRepository publish(TestKey key, TestDeb... debs) throws Exception {
        put("dists/test/InRelease", bytes(key.clearSigned(release(debs))));
        return this;
    }

    /// Puts packages on the server and gives back the text of the release that lists them.
    String release(TestDeb... debs) throws IOException {
        var packages = new StringBuilder();
        for (var deb : debs) {
            byte[] content = deb.bytes();
            var path = "pool/main/" + deb.name() + "_" + deb.version() + "_all.deb";
            put(path, content);
            packages.append("Package: ").append(deb.name()).append('\n');
            packages.append("Version: ").append(deb.version()).append('\n');
            packages.append("Architecture: all\n").append(deb.fields());
            packages.append("Filename: ").append(path).append('\n');
            packages.append("Size: ").append(content.length).append('\n');
            packages.append("SHA256: ").append(Digest.sha256(content).hex()).append("\n\n");
        }
        byte[] index = TestDeb.compress("xz", bytes(packages.toString()));
        put("dists/test/" + INDEX, index);
        var date =
                DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'UTC'", Locale.ROOT)
                        .withZone(ZoneOffset.UTC)
                        .format(NOW.minusSeconds(86_400));
        return "Origin: "
                + origin
                + "\nSuite: stable\nCodename: test\nDate: "
                + date
                + "\n"
                + extra
                + "Architectures: amd64\nComponents: main\nSHA256:\n "
                + Digest.sha256(index).hex()
                + " "
                + index.length
                + " "
                + INDEX
                + "\n";
    }

    byte[] get(String path) {
        var content = files.get("/debian/" + path);
        if (content == null) {
            throw new AssertionError("no " + path);
        }
        return content.clone();
    }

    void put(String path, byte[] content) {
        files.put("/debian/" + path, content);
    }

    void remove(String path) {
        files.remove("/debian/" + path);
    }

    /// What was asked for since the last call.
    List<String> takeRequests() {
        synchronized (requests) {
            var taken = List.copyOf(requests);
            requests.clear();
            return taken;
        }
    }

    void write(String path, String text) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    Machine machine() {
        return new Machine(root, Map.of(), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
