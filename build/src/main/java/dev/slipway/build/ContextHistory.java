package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which files of a context its last commits changed, if it is a working copy of a git repository.
///
/// @param commits for each, the paths in the context; a commit that changed none of them counts
record ContextHistory(List<Set<String>> commits) {
    private static final int COMMITS = 100;
    private static final int MAX_BYTES = 8 << 20;
    private static final char MARK = '\u0001';

    ContextHistory {
        commits = List.copyOf(commits);
    }

    /// Asks git; null if there is nothing to know.
    static @Nullable ContextHistory of(Path context) throws IOException, InterruptedException {
        byte[] log =
                ContextGit.ask(
                        context,
                        MAX_BYTES,
                        "log",
                        "--max-count=" + COMMITS,
                        "--no-merges",
                        "--no-renames",
                        "--no-ext-diff",
                        "--no-textconv",
                        "--no-show-signature",
                        "--ignore-submodules",
                        "--name-only",
                        "--relative",
                        "--format=%x01",
                        "-z",
                        "HEAD",
                        "--");
        var history = log == null ? null : new ContextHistory(parse(log));
        return history == null || history.commits.isEmpty() ? null : history;
    }

    /// Reads `MARK NUL [LF name NUL [name NUL …]]` for each commit.
    private static List<Set<String>> parse(byte[] log) {
        var commits = new ArrayList<Set<String>>();
        int start = 0;
        for (int i = 0; i < log.length; i++) {
            if (log[i] != 0) {
                continue;
            }
            var text = new String(log, start, i - start, StandardCharsets.UTF_8);
            start = i + 1;
            if (text.length() == 1 && text.charAt(0) == MARK) {
                commits.add(new HashSet<>());
            } else if (!commits.isEmpty()) {
                commits.getLast().add(text.startsWith("\n") ? text.substring(1) : text);
            }
        }
        return commits;
    }

    /// How many of the commits changed one of `files`.
    int changing(Collection<String> files) {
        int count = 0;
        for (var commit : commits) {
            count += Collections.disjoint(commit, files) ? 0 : 1;
        }
        return count;
    }
}
