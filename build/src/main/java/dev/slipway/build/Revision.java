package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The commit of a context that is a working copy of a git repository.
///
/// @param commit with `-dirty` behind it where files that git knows differ from it
/// @param source where it comes from, without credentials; null: it has no remote
record Revision(String commit, @Nullable String source) {
    private static final int MAX_BYTES = 1 << 16;
    private static final int TIMEOUT_SECONDS = 20;

    /// Asks git, which may be missing and may know nothing of the directory: null then.
    static @Nullable Revision of(Path context) throws IOException, InterruptedException {
        var commit = git(context, "rev-parse", "--verify", "HEAD");
        if (commit == null || commit.isEmpty()) {
            return null;
        }
        var changes = git(context, "status", "--porcelain", "--untracked-files=no");
        var remote = git(context, "remote", "get-url", "origin");
        return new Revision(
                changes == null || changes.isEmpty() ? commit : commit + "-dirty",
                remote == null || remote.isEmpty() ? null : Redaction.urls(remote));
    }

    /// What git prints; null if it fails. Nothing that the repository configures is run.
    private static @Nullable String git(Path directory, String... words)
            throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                "git",
                                "--no-optional-locks",
                                "-c",
                                "core.fsmonitor=false",
                                "-c",
                                "core.hooksPath=/dev/null",
                                "-C",
                                directory.toString()));
        command.addAll(List.of(words));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return null; // there is no git here
        }
        try (var out = process.getInputStream()) {
            var bytes = out.readNBytes(MAX_BYTES);
            out.skip(Long.MAX_VALUE);
            boolean good =
                    process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            return good ? new String(bytes, StandardCharsets.UTF_8).strip() : null;
        } finally {
            process.destroyForcibly();
        }
    }
}
