package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Programs of other projects, run as a user would.
final class Tools {
    private Tools() {}

    /// Skips the test when a program is not installed; on CI, where all are, it fails.
    static void need(String program) {
        boolean present = false;
        for (String directory : List.of("/usr/bin/", "/usr/sbin/")) {
            present |= Files.isExecutable(Path.of(directory + program));
        }
        if (!present && System.getenv("CI") != null) {
            fail("CI must have " + program);
        }
        Assumptions.assumeTrue(present, "needs " + program);
    }

    /// Runs a command that must succeed.
    ///
    /// @return what it printed
    static String run(String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("slipway-tool", ".log");
        try {
            var builder = new ProcessBuilder(command);
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            int code = builder.start().waitFor();
            String output = Files.readString(log, StandardCharsets.UTF_8);
            if (code != 0) {
                fail(String.join(" ", command) + " failed with " + code + ":\n" + output);
            }
            return output;
        } finally {
            Files.deleteIfExists(log);
        }
    }
}
