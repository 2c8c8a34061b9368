package dev.slipway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Debian's docker-registry on loopback, which all tools push to and pull from.
final class LocalRegistry implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final Process process;

    /// Starts one that is empty.
    ///
    /// @param directory that is not there yet
    LocalRegistry(Path directory) {
        this.directory = directory;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = start();
    }

    static boolean available() {
        return Files.isExecutable(Path.of("/usr/bin/docker-registry"));
    }

    /// The name of an image in it.
    String name(String image) {
        return "localhost:" + port + "/bench/" + image;
    }

    /// How much it stores.
    long bytes() {
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start() {
        String config =
                """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d", secret: bench}
                """
                        .formatted(directory.resolve("data"), port);
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve("config.yml");
            Files.write(file, config.getBytes(StandardCharsets.UTF_8));
            Process started =
                    new ProcessBuilder("docker-registry", "serve", file.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("log").toFile())
                            .start();
            awaitListening(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitListening(Process started) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        while (started.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(address, 1000);
                return;
            } catch (IOException notYet) {
                pause(started);
            }
        }
        throw new IllegalStateException("docker-registry did not start: " + directory);
    }

    private static void pause(Process started) {
        try {
            started.waitFor(10, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Trees.delete(directory); // some thirty inodes
    }
}
