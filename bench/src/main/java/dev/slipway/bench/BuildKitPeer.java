package dev.slipway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// BuildKit inside a dockerd of its own: own data root, no firewall rules, and a bridge only where
/// the machine's network is out of its reach.
final class BuildKitPeer implements Peer {
    private static final String CLIENT = "/usr/bin/docker";

    private final Path work;
    private final List<String> launcher;
    private final String socket;
    private final Map<String, String> environment;
    private final Shell shell;
    private Process daemon;
    private int begun;

    /// A daemon without a bridge: its builds have no network.
    BuildKitPeer(Path work) {
        this(work, List.of("dockerd", "--bridge=none"));
    }

    private BuildKitPeer(Path work, List<String> launcher) {
        this.work = work;
        this.launcher = launcher;
        shell = new Shell(work.resolve("docker.log"));
        socket = "unix://" + work.resolve("docker.sock");
        environment = Map.of("DOCKER_BUILDKIT", "1", "DOCKER_HOST", socket);
        daemon = start();
    }

    private Path roots() {
        return work.resolve("docker");
    }

    private Process start() {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(
                List.of(
                        "--iptables=false",
                        "--data-root=" + roots().resolve(String.valueOf(begun)),
                        "--exec-root=" + work.resolve("docker-exec"),
                        "--pidfile=" + work.resolve("docker.pid"),
                        "--host=" + socket));
        try {
            Process started =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(work.resolve("dockerd.log").toFile())
                            .start();
            awaitDaemon(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A daemon with its usual bridge, `docker0`, in network and mount namespaces of its own, so
    /// that the bridge is not the machine's.
    static BuildKitPeer bridged(Path work) throws IOException {
        return new BuildKitPeer(
                Files.createDirectories(work.resolve("bridged")),
                List.of("unshare", "--net", "--mount", "dockerd", "--bip=172.30.255.1/24"));
    }

    static boolean available() {
        return Files.isExecutable(Path.of(CLIENT))
                && Files.isExecutable(Path.of("/usr/sbin/dockerd"));
    }

    private void awaitDaemon(Process started) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                docker("version");
                return;
            } catch (IllegalStateException notYet) {
                if (System.nanoTime() > end || !started.isAlive()) {
                    throw notYet;
                }
            }
        }
    }

    private Measured docker(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(CLIENT);
        command.addAll(List.of(arguments));
        return shell.run(environment, command);
    }

    @Override
    public String name() {
        return "buildkit";
    }

    @Override
    public void importBase(Path rootTar) {
        docker("import", rootTar.toString(), "bench-base");
    }

    @Override
    public Measured build(Path context, String tag, List<String> flags) {
        List<String> command = new ArrayList<>(List.of("build", "-q", "-t", tag));
        if (!flags.contains("--network")) {
            command.addAll(List.of("--network", "none"));
        }
        command.addAll(flags);
        command.add(context.toString());
        return docker(command.toArray(String[]::new));
    }

    @Override
    public void forget(Path rootTar) {
        docker("image", "prune", "-af");
        docker("builder", "prune", "-af");
        importBase(rootTar);
    }

    @Override
    public void startAnew() {
        stop();
        begun++;
        daemon = start();
    }

    @Override
    public Measured save(String tag, Path archive) {
        return docker("save", "-o", archive.toString(), tag);
    }

    @Override
    public Measured push(String tag, String remote) {
        docker("tag", tag, remote);
        return docker("push", "-q", remote);
    }

    @Override
    public Measured pull(String remote) {
        return docker("pull", "-q", remote);
    }

    @Override
    public void close() {
        stop();
        Trees.delete(roots());
    }

    private void stop() {
        daemon.destroy();
        try {
            if (!daemon.waitFor(30, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
