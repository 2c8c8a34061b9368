package dev.slipway.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Slipway through its launcher: what a user's shell would start.
final class SlipwayPeer implements Peer {
    private final String launcher;
    private final Path homes;
    private final Shell shell;
    private Path home;
    private int begun;

    SlipwayPeer(String launcher, Path work) {
        this.launcher = launcher;
        this.homes = work.resolve("slipway-homes");
        this.home = homes.resolve("0");
        this.shell = new Shell(work.resolve("slipway.log"));
    }

    @Override
    public String name() {
        return "slipway";
    }

    Measured run(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(launcher);
        command.addAll(List.of(arguments));
        return shell.run(Map.of("SLIPWAY_HOME", home.toString()), command);
    }

    @Override
    public void importBase(Path rootTar) {
        run("import", rootTar.toString(), "bench-base");
    }

    @Override
    public Measured build(Path context, String tag, List<String> flags) {
        List<String> command = new ArrayList<>(List.of("build", "-q", "-t", tag));
        if (!flags.contains("--network")) {
            command.addAll(List.of("--network", "none"));
        }
        command.addAll(flags);
        command.add(context.toString());
        return run(command.toArray(String[]::new));
    }

    @Override
    public void forget(Path rootTar) {
        Trees.delete(home);
        importBase(rootTar);
    }

    @Override
    public void startAnew() {
        home = homes.resolve(String.valueOf(++begun));
    }

    @Override
    public Measured save(String tag, Path archive) {
        return run("save", "-o", archive.toString(), tag);
    }

    @Override
    public Measured push(String tag, String remote) {
        return run("push", "-q", tag, remote);
    }

    /// A pull unpacks nothing, so the image is run too.
    @Override
    public Measured pull(String remote) {
        return run("run", "--rm", "--network", "none", remote, "/bin/true");
    }

    @Override
    public void close() {
        Trees.delete(homes);
    }
}
