package dev.slipway.pipeline;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What the repository of a directory says of its commit. Empty text: it does not say.
///
/// @param ref the git tag that is checked out, else the branch
/// @param remote where it was cloned from, without credentials
record GitFacts(
        String ref, String sha, String defaultBranch, String remote, @Nullable Instant commitDate) {
    private static final int MAX_BYTES = 64 << 10;
    private static final int PATIENCE_SECONDS = 20;

    static GitFacts read(Path directory) throws IOException, InterruptedException {
        var sha = git(directory, "rev-parse", "--verify", "HEAD");
        if (sha.isEmpty()) {
            return new GitFacts("", "", "", "", null);
        }
        var branch = git(directory, "symbolic-ref", "-q", "--short", "HEAD");
        var tag = git(directory, "describe", "--exact-match", "--tags", "HEAD");
        var main = git(directory, "symbolic-ref", "-q", "--short", "refs/remotes/origin/HEAD");
        var seconds = git(directory, "log", "-1", "--format=%ct");
        return new GitFacts(
                !tag.isEmpty()
                        ? "refs/tags/" + tag
                        : branch.isEmpty() ? "" : "refs/heads/" + branch,
                sha,
                main.substring(main.indexOf('/') + 1),
                withoutCredentials(git(directory, "config", "--get", "remote.origin.url")),
                seconds.isEmpty() ? null : Instant.ofEpochSecond(Long.parseLong(seconds)));
    }

    /// The output of git; empty if it fails, or there is no git.
    private static String git(Path directory, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        builder.environment().put("LC_ALL", "C");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process;
        try {
            process = builder.start();
        } catch (IOException _) {
            return "";
        }
        try (var out = process.getInputStream()) {
            process.getOutputStream().close();
            var text = new String(out.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? text : "";
        } finally {
            process.destroy();
        }
    }

    private static String withoutCredentials(String url) {
        int start = url.indexOf("://");
        int at = start < 0 ? -1 : url.indexOf('@', start);
        int slash = start < 0 ? -1 : url.indexOf('/', start + 3);
        return at > 0 && (slash < 0 || at < slash)
                ? url.substring(0, start + 3) + url.substring(at + 1)
                : url;
    }

    /// The web page of a remote: `git@host:owner/name.git` is `https://host/owner/name`.
    static String page(String remote) {
        var url = withoutCredentials(remote);
        if (url.startsWith("git@")) {
            url = "https://" + url.substring(4).replaceFirst(":", "/");
        } else if (url.startsWith("ssh://")) {
            url = "https://" + url.substring("ssh://".length());
        }
        return url.endsWith(".git") ? url.substring(0, url.length() - 4) : url;
    }
}
