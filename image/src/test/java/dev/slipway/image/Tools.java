package dev.slipway.image;

import dev.slipway.linux.Host;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Programs of the host that judge our work.
public final class Tools {
    private Tools() {}

    /// Runs a command that must be there and succeed; its output.
    public static String run(String... command) throws IOException, InterruptedException {
        require(command[0]);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        int code = process.waitFor();
        if (code != 0) {
            throw new AssertionError(Arrays.toString(command) + " said " + code + ": " + output);
        }
        return output;
    }

    /// Skips the test, but not in CI, where everything must be there.
    public static void require(String tool) {
        boolean there = false;
        for (String directory : System.getenv("PATH").split(":", -1)) {
            there |= Files.isExecutable(Path.of(directory, tool));
        }
        Assumptions.assumeTrue(there || System.getenv("CI") != null, "needs " + tool);
    }

    /// Skips the test where the kernel is older than file-backed EROFS, or made without EROFS; not
    /// where a store only fails to notice that it is there.
    static void requireErofs(Store store) throws IOException {
        boolean kernel =
                Files.readString(Path.of("/proc/filesystems")).contains("erofs")
                        && Runtime.Version.parse(release()).compareTo(FILE_BACKED) >= 0;
        Assumptions.assumeTrue(isRoot() && kernel, "needs root and EROFS of Linux 6.12");
        if (!store.mountsErofs()) {
            throw new AssertionError("the kernel has EROFS, and the store finds it has not");
        }
    }

    private static final Runtime.Version FILE_BACKED = Runtime.Version.parse("6.12");

    private static String release() throws IOException {
        String whole = Files.readString(Path.of("/proc/sys/kernel/osrelease"));
        return whole.replaceFirst("^(\\d+\\.\\d+).*(?s:.*)", "$1");
    }

    public static void requireRoot() {
        Assumptions.assumeTrue(isRoot() || System.getenv("CI") != null, "needs root");
    }

    public static boolean isRoot() {
        return Host.uid() == 0;
    }
}
