package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Programs of other projects, run as a user would.
final class Tool {
    private Tool() {}

    /// Skips the test when it cannot be run here; on CI, where everything is installed, it fails.
    static void need(boolean present, String what) {
        if (!present && System.getenv("CI") != null) {
            fail("CI must have " + what);
        }
        Assumptions.assumeTrue(present, "needs " + what);
    }

    static void needRoot() {
        need(isRoot(), "root");
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    static boolean installed(String program) {
        for (String directory : List.of("/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/")) {
            if (Files.isExecutable(Path.of(directory + program))) {
                return true;
            }
        }
        return false;
    }

    /// What a program printed, and how it ended.
    record Outcome(int code, String output) {}

    static Outcome outcome(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path log = Files.createTempFile("slipway-tool", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(new HashMap<>(environment));
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            builder.redirectInput(Path.of("/dev/null").toFile());
            int code = builder.start().waitFor();
            return new Outcome(code, Files.readString(log, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(log);
        }
    }

    /// Runs a command that must succeed.
    static String run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Outcome outcome = outcome(environment, List.of(command));
        if (outcome.code() != 0) {
            fail(
                    String.join(" ", command)
                            + " failed with "
                            + outcome.code()
                            + ":\n"
                            + outcome.output());
        }
        return outcome.output();
    }

    static String shell(Path directory, String script) throws IOException, InterruptedException {
        return run(Map.of(), "/bin/sh", "-ec", "cd '" + directory + "'\n" + script);
    }
}
