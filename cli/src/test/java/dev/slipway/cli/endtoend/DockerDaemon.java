package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A dockerd of the test's own: no bridge, no firewall rules, its data in a directory that is
/// removed afterwards.
final class DockerDaemon implements AutoCloseable {
    private final Path directory;
    private final Process process;
    private final Map<String, String> environment;

    private DockerDaemon(Path directory, Process process, String socket) {
        this.directory = directory;
        this.process = process;
        this.environment = Map.of("DOCKER_BUILDKIT", "1", "DOCKER_HOST", socket);
    }

    static boolean available() {
        return Tool.isRoot()
                && Tool.installed("dockerd")
                && Files.isExecutable(Path.of("/usr/bin/docker"));
    }

    static DockerDaemon start(Path directory) throws IOException, InterruptedException {
        // A socket path has 108 bytes at most: keep it out of the long temporary directory.
        Path run = Files.createTempDirectory(Path.of("/tmp"), "sw-dk");
        String socket = "unix://" + run.resolve("s");
        Process process =
                new ProcessBuilder(
                                "dockerd",
                                "--iptables=false",
                                "--bridge=none",
                                "--data-root=" + directory.resolve("data"),
                                "--exec-root=" + run.resolve("exec"),
                                "--pidfile=" + run.resolve("pid"),
                                "--host=" + socket)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("dockerd.log").toFile())
                        .start();
        DockerDaemon daemon = new DockerDaemon(directory, process, socket);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (daemon.docker("version").code() != 0) {
            if (!process.isAlive() || System.nanoTime() > end) {
                fail(
                        "dockerd did not start:\n"
                                + Files.readString(directory.resolve("dockerd.log")));
            }
        }
        return daemon;
    }

    Tool.Outcome docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("/usr/bin/docker"));
        command.addAll(List.of(arguments));
        return Tool.outcome(environment, command);
    }

    String mustDocker(String... arguments) throws IOException, InterruptedException {
        Tool.Outcome outcome = docker(arguments);
        if (outcome.code() != 0) {
            fail("docker " + String.join(" ", arguments) + " failed:\n" + outcome.output());
        }
        return outcome.output();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Tool.run(Map.of(), "rm", "-rf", directory.resolve("data").toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
