package dev.slipway.linux;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Programs that judge us. A test that needs one is skipped where it is missing; in CI it fails.
final class Tool {
    private Tool() {}

    record Result(int exitCode, String output) {}

    /// @param packages what to install
    static void assumeInstalled(String program, String packages) {
        boolean there = Files.isExecutable(Path.of("/usr/bin", program));
        Assumptions.assumeTrue(
                there || System.getenv("CI") != null,
                "needs " + program + "; on Debian: apt-get install " + packages);
    }

    /// Runs a command to its end, 60 s at most; output and errors go to a file in `directory`.
    static Result run(Path directory, String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", null);
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(List.of(command) + " did not end");
        }
        return new Result(process.exitValue(), Files.readString(out));
    }

    /// Runs a main class as if on a machine of that kind: its tables and code are that machine's,
    /// its system calls are not.
    static Result java(Path directory, String architecture, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dos.arch=" + architecture));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return run(directory, command.toArray(String[]::new));
    }
}
