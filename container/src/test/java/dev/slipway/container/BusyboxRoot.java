package dev.slipway.container;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Lower;
import dev.slipway.image.LowerForm;
import dev.slipway.image.Store;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A root file system of nothing but busybox, and directories for an overlay over it.
final class BusyboxRoot {
    private static final Path BUSYBOX = Path.of("/usr/bin/busybox");

    static final BusyboxRoot NONE = new BusyboxRoot();

    final Path lower;
    final Path upper;
    final Path work;

    private BusyboxRoot() {
        lower = upper = work = Path.of("/nonexistent");
    }

    BusyboxRoot(Path directory) throws IOException {
        requires(Files.isExecutable(BUSYBOX), "busybox-static");
        lower = Files.createDirectories(directory.resolve("lower"));
        upper = Files.createDirectories(directory.resolve("upper"));
        work = Files.createDirectories(directory.resolve("work"));
        for (String name : List.of("bin", "etc", "tmp", "home/app", "proc", "dev", "sys")) {
            Files.createDirectories(lower.resolve(name));
        }
        Files.copy(BUSYBOX, lower.resolve("bin/busybox"));
        for (String applet : applets()) {
            Files.createSymbolicLink(lower.resolve("bin/" + applet), Path.of("busybox"));
        }
        Files.writeString(lower.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
    }

    private static List<String> applets() {
        return List.of(
                "sh",
                "cat",
                "ls",
                "id",
                "echo",
                "true",
                "false",
                "mount",
                "umount",
                "mkdir",
                "touch",
                "rm",
                "ps",
                "sleep",
                "hostname",
                "stat",
                "readlink",
                "env",
                "pwd",
                "grep",
                "kill",
                "ip",
                "ifconfig",
                "mknod",
                "chmod",
                "dd",
                "wc",
                "tty",
                "stty",
                "unshare",
                "head",
                "sync",
                "chroot",
                "reboot",
                "test",
                "od",
                "seq",
                "yes",
                "umask",
                "trap",
                "ln",
                "find",
                "awk",
                "tail");
    }

    RootFs overlay() {
        return RootFs.scratch(List.of(new Lower.Directory(lower)), upper, work);
    }

    /// The same, of the files as they are now, as a layer that is mounted and not unpacked.
    RootFs erofsOverlay() throws IOException {
        return RootFs.scratch(List.of(erofs()), upper, work);
    }

    /// The files as they are now, as a layer.
    Lower erofs() throws IOException {
        Path tar = Files.createTempFile(lower.resolveSibling("."), "lower", ".tar");
        new ProcessBuilder("tar", "-C", lower.toString(), "-cf", tar.toString(), ".")
                .inheritIO()
                .start()
                .onExit()
                .join();
        Digest digest = Digest.sha256(Files.readAllBytes(tar));
        try (Store store = Store.open(lower.resolveSibling("store"), LowerForm.MOUNTED);
                InputStream in = Files.newInputStream(tar)) {
            Descriptor descriptor = Descriptor.of("", digest, Files.size(tar));
            Lower layer = store.layers().add(in, descriptor, null).lower();
            requires(layer instanceof Lower.Erofs, "EROFS in files, of Linux 6.12");
            return layer;
        }
    }

    /// What is in the upper directory, as paths relative to it.
    List<String> changes() throws IOException {
        List<String> found = new ArrayList<>();
        try (var walk = Files.walk(upper)) {
            walk.filter(path -> !path.equals(upper))
                    .map(path -> upper.relativize(path).toString())
                    .sorted()
                    .forEach(found::add);
        }
        return found;
    }

    /// Skips the test where `what` is missing; in CI, goes on and fails.
    static void requires(boolean present, String what) {
        Assumptions.assumeTrue(present || System.getenv("CI") != null, "needs " + what);
    }
}
