package dev.slipway.cli.endtoend;

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
final class LocalRegistry implements AutoCloseable {
    /// bcrypt of `secret`, as `htpasswd -B` writes it.
    private static final String HTPASSWD =
            "alice:$2b$04$gu.HXxtf/Tic2GBA7W8Gi.qmAY8Brj7ysKOey/C4F2/3uE9b0e/iW\n";

    private final Process process;
    private final int port;
    private final Path log;

    private LocalRegistry(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    static LocalRegistry start(Path directory) throws Exception {
        return start(directory, "");
    }

    /// Lets in `alice` with `secret`, and nobody else.
    static LocalRegistry withPassword(Path directory) throws Exception {
        Files.createDirectories(directory);
        Path file = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
        return start(directory, "auth: {htpasswd: {realm: here, path: " + file + "}}\n");
    }

    private static LocalRegistry start(Path directory, String more) throws Exception {
        Tool.need(Tool.installed("docker-registry"), "docker-registry");
        Files.createDirectories(directory);
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path config =
                Files.writeString(
                        directory.resolve("config.yml"),
                        "version: 0.1\nlog: {level: error}\nstorage:\n  filesystem: {rootdirectory: "
                                + directory.resolve("data")
                                + "}\n  delete: {enabled: true}\n"
                                + more
                                + "http: {addr: \"127.0.0.1:"
                                + port
                                + "\", secret: test}\n");
        Path log = directory.resolve("log");
        Process process =
                new ProcessBuilder("docker-registry", "serve", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        LocalRegistry registry = new LocalRegistry(process, port, log);
        for (int i = 0; !registry.listens(); i++) {
            if (i == 500 || !process.isAlive()) {
                registry.close();
                throw new IOException("docker-registry did not start: " + Files.readString(log));
            }
            process.waitFor(20, TimeUnit.MILLISECONDS);
        }
        return registry;
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// Host and port, as it stands in image names.
    String host() {
        return "localhost:" + port;
    }

    /// The requests so far, as `GET /v2/…`.
    List<String> requests() throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains(" HTTP/1.1\" "))
                .map(line -> line.substring(line.indexOf('"') + 1, line.indexOf(" HTTP/1.1\"")))
                .toList();
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
