package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// Debian's docker-registry on a port of this machine.
///
/// @param host with its port
record DockerRegistry(Process process, String host) implements AutoCloseable {
    static boolean available() {
        return Tool.installed("docker-registry");
    }

    /// @param directory for its data and its log
    static DockerRegistry start(Path directory) throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path config =
                Files.writeString(
                        directory.resolve("config.yml"),
                        "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: "
                                + directory.resolve("data")
                                + "}}\nhttp: {addr: \"127.0.0.1:"
                                + port
                                + "\"}\n");
        Process process =
                new ProcessBuilder("docker-registry", "serve", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("log").toFile())
                        .start();
        for (int i = 0; !listens(port); i++) {
            assertThat(i).as("attempts to reach the registry").isLessThan(500);
            process.waitFor(20, TimeUnit.MILLISECONDS);
        }
        return new DockerRegistry(process, "localhost:" + port);
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
