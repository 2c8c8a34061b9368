package dev.slipway.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// buildah with a storage root of its own; runc, because crun refuses hybrid cgroups.
final class BuildahPeer implements Peer {
    private final Path roots;
    private final Shell shell;
    private Path root;
    private Path runRoot;
    private int begun;

    BuildahPeer(Path work) {
        roots = work.resolve("buildah");
        root = roots.resolve("0");
        runRoot = roots.resolve("0-run");
        shell = new Shell(work.resolve("buildah.log"));
    }

    static boolean available() {
        return Files.isExecutable(Path.of("/usr/bin/buildah"));
    }

    private Measured buildah(String... arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "/usr/bin/buildah",
                                "--root=" + root,
                                "--runroot=" + runRoot,
                                "--storage-driver=overlay"));
        command.addAll(List.of(arguments));
        return shell.run(Map.of("BUILDAH_RUNTIME", "runc"), command);
    }

    @Override
    public String name() {
        return "buildah";
    }

    @Override
    public void importBase(Path rootTar) {
        buildah("from", "--name", "bench-import", "scratch");
        buildah("add", "bench-import", rootTar.toString(), "/");
        buildah("commit", "--rm", "bench-import", "bench-base");
    }

    @Override
    public Measured build(Path context, String tag, List<String> flags) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "bud",
                                "-q",
                                "--layers",
                                "--pull-never",
                                "--network=none",
                                "-t",
                                tag));
        command.addAll(flags);
        command.add(context.toString());
        return buildah(command.toArray(String[]::new));
    }

    @Override
    public void forget(Path rootTar) {
        buildah("rmi", "--all", "--force");
        importBase(rootTar);
    }

    @Override
    public void startAnew() {
        begun++;
        root = roots.resolve(String.valueOf(begun));
        runRoot = roots.resolve(begun + "-run");
    }

    @Override
    public Measured save(String tag, Path archive) {
        return buildah("push", "-q", tag, "oci-archive:" + archive);
    }

    /// By skopeo, which works on the same storage.
    @Override
    public Measured push(String tag, String remote) {
        return skopeo(stored("localhost/" + tag), "docker://" + remote);
    }

    @Override
    public Measured pull(String remote) {
        return skopeo("docker://" + remote, stored(remote));
    }

    private String stored(String name) {
        return "containers-storage:[overlay@" + root + "+" + runRoot + "]" + name;
    }

    private Measured skopeo(String source, String target) {
        List<String> command = new ArrayList<>(List.of("/usr/bin/skopeo", "copy", "-q"));
        command.add("--src-tls-verify=false");
        command.add("--dest-tls-verify=false");
        command.add(source);
        command.add(target);
        return shell.run(Map.of(), command);
    }

    @Override
    public void close() {
        for (int i = 0; i <= begun; i++) {
            // Each is a mount of itself.
            Path overlay = roots.resolve(i + "/overlay");
            shell.run(Map.of(), List.of("/bin/sh", "-c", "umount " + overlay + " || :"));
        }
        Trees.delete(roots);
    }
}
