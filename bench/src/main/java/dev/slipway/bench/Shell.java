package dev.slipway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs commands and measures them. Output goes to a log file, so that no pipe slows a peer down.
final class Shell {
    private final Path log;

    Shell(Path log) {
        this.log = log;
    }

    /// Runs `command` to its end.
    ///
    /// @throws IllegalStateException when it exits with anything but 0; the message holds the end
    ///   of its output
    Measured run(Map<String, String> environment, List<String> command) {
        try {
            Files.deleteIfExists(log);
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            builder.redirectInput(Path.of("/dev/null").toFile());
            long start = System.nanoTime();
            Process process = builder.start();
            long peak = 0;
            // VmHWM only grows, so the last sample before the exit is the peak but for the last 5
            // ms.
            while (!process.waitFor(5, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, residentPeakKib(process.pid()));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            if (process.exitValue() != 0) {
                throw new IllegalStateException(
                        command + " failed with " + process.exitValue() + ":\n" + tail());
            }
            return new Measured(seconds, peak);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static long residentPeakKib(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException gone) {
            return 0;
        }
        return 0;
    }

    private String tail() throws IOException {
        String all = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        return all.substring(Math.max(0, all.length() - 2000));
    }
}
