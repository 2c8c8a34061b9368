package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Asks git about the working copy that a context is. The repository may be a stranger's: nothing
/// that it configures is run, and nothing is fetched. Whether git trusts its owner
/// (`safe.directory`) stays git's decision.
final class ContextGit {
    private static final int TIMEOUT_SECONDS = 20;

    private ContextGit() {}

    /// What git prints; null if it fails, is missing, or knows nothing of the directory.
    ///
    /// @param maxBytes what is printed beyond is dropped
    static byte @Nullable [] ask(Path directory, int maxBytes, String... words)
            throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                "git",
                                "--no-pager",
                                "--no-optional-locks",
                                "-c",
                                "core.fsmonitor=false",
                                "-c",
                                "core.hooksPath=/dev/null",
                                "-c",
                                "log.showSignature=false",
                                "-C",
                                directory.toString()));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command);
        var env = builder.environment();
        env.keySet().removeIf(name -> name.startsWith("GIT_"));
        env.put("GIT_TERMINAL_PROMPT", "0");
        env.put("GIT_NO_LAZY_FETCH", "1");
        env.put("LC_ALL", "C");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return null; // there is no git here
        }
        try (var out = process.getInputStream()) {
            byte[] bytes = out.readNBytes(maxBytes);
            if (bytes.length == maxBytes) {
                return bytes; // enough, and git is stopped
            }
            boolean good =
                    process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            return good ? bytes : null;
        } finally {
            process.destroyForcibly();
        }
    }
}
