package dev.slipway.cli;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A small root file system for tests that run containers: Debian's static busybox.
final class Busybox {
    private static final Path PROGRAM = Path.of("/bin/busybox");

    private Busybox() {}

    /// Skips the test where containers cannot run; fails there instead when `CI` is set.
    static void need() {
        boolean root = "root".equals(System.getProperty("user.name"));
        Assumptions.assumeTrue(root || System.getenv("CI") != null, "needs root");
        Assumptions.assumeTrue(
                Files.isExecutable(PROGRAM) || System.getenv("CI") != null,
                "needs busybox (Debian: busybox-static)");
    }

    /// Makes a tar of the root file system in `directory`.
    static Path tar(Path directory) throws IOException, InterruptedException {
        Path root = directory.resolve("root");
        Files.createDirectories(root.resolve("bin"));
        Files.copy(PROGRAM, root.resolve("bin/busybox"));
        for (String name :
                List.of(
                        "sh", "cat", "echo", "env", "id", "ls", "mkdir", "pwd", "sleep", "touch",
                        "true")) {
            Files.createSymbolicLink(root.resolve("bin").resolve(name), Path.of("busybox"));
        }
        Files.createDirectories(root.resolve("etc"));
        write(
                root.resolve("etc/passwd"),
                "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n");
        write(root.resolve("etc/group"), "root:x:0:\napp:x:1000:\nmore:x:2000:app\n");
        Files.createDirectories(root.resolve("data"));
        write(root.resolve("data/seed"), "seed\n");
        Files.createDirectories(root.resolve("tmp"));
        Path tar = directory.resolve("root.tar");
        Process process =
                new ProcessBuilder("tar", "-C", root.toString(), "-cf", tar.toString(), ".")
                        .inheritIO()
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException("tar failed");
        }
        return tar;
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
