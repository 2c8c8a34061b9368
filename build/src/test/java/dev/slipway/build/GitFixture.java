package dev.slipway.build;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A repository to commit to, and its bare copy for a server, both made by git.
final class GitFixture {
    static final String COMMIT_TIME = "1700000000 +0000";

    final Path work;
    final Path served;
    private final String name;

    GitFixture(Path directory, String name) throws IOException, InterruptedException {
        boolean git = Files.isExecutable(Path.of("/usr/bin/git"));
        Assumptions.assumeTrue(git || System.getenv("CI") != null, "needs git");
        this.name = name;
        this.work = Files.createDirectories(directory.resolve("work-" + name));
        this.served = Files.createDirectories(directory.resolve("served"));
        git("init", "-q", "-b", "main");
    }

    GitFixture file(String path, String content) throws IOException {
        Path file = work.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    GitFixture link(String path, String target) throws IOException {
        Files.createSymbolicLink(work.resolve(path), Path.of(target));
        return this;
    }

    /// Commits all that is there and serves it.
    ///
    /// @return the commit
    String commit() throws IOException, InterruptedException {
        git("add", "-A");
        git("commit", "-q", "--allow-empty", "-m", "change");
        publish();
        return head();
    }

    String head() throws IOException, InterruptedException {
        return git("rev-parse", "HEAD").strip();
    }

    void publish() throws IOException, InterruptedException {
        Path bare = served.resolve(name + ".git");
        git("push", "-q", "--mirror", ensureBare(bare).toString());
    }

    private Path ensureBare(Path bare) throws IOException, InterruptedException {
        if (!Files.exists(bare)) {
            git("init", "-q", "--bare", "-b", "main", bare.toString());
        }
        return bare;
    }

    String git(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
        var env = builder.environment();
        env.put("GIT_CONFIG_GLOBAL", "/dev/null");
        env.put("GIT_CONFIG_NOSYSTEM", "1");
        env.put("GIT_AUTHOR_NAME", "A");
        env.put("GIT_AUTHOR_EMAIL", "a@example.org");
        env.put("GIT_COMMITTER_NAME", "A");
        env.put("GIT_COMMITTER_EMAIL", "a@example.org");
        env.put("GIT_AUTHOR_DATE", COMMIT_TIME);
        env.put("GIT_COMMITTER_DATE", COMMIT_TIME);
        env.put("GIT_ALLOW_PROTOCOL", "file:http");
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
