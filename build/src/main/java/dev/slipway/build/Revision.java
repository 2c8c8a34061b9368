package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The commit of a context that is a working copy of a git repository.
///
/// @param commit with `-dirty` behind it where files that git knows differ from it
/// @param source where it comes from, without credentials; null: it has no remote
record Revision(String commit, @Nullable String source) {
    private static final int MAX_BYTES = 1 << 16;

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

    private static @Nullable String git(Path directory, String... words)
            throws IOException, InterruptedException {
        byte[] printed = ContextGit.ask(directory, MAX_BYTES, words);
        return printed == null ? null : new String(printed, StandardCharsets.UTF_8).strip();
    }
}
