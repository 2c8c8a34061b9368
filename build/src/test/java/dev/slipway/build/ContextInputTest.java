package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Contexts that are no directory of this machine, and how those that are one are read.
class ContextInputTest {
    private static final String DOCKERFILE = "FROM scratch\nCOPY . /c/\n";

    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private BuildResult build(BuildRequest.Builder request) throws Exception {
        bench.events.clear();
        return Builder.build(bench.store(), request.listener(bench.events::add).build());
    }

    private BuildResult stream(byte[] content) throws Exception {
        return build(BuildRequest.ofStream(new ByteArrayInputStream(content)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void stream_ofText_isADockerfileWithoutContext() throws Exception {
        var result = stream(utf8("FROM scratch\nCOPY <<EOF /x\ny\nEOF\n"));
        assertThat(bench.text(result, "x")).isEqualTo("y\n");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> stream(utf8(DOCKERFILE)))
                .withMessageContaining("no context");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cat", "gzip", "bzip2", "xz", "zstd"})
    void stream_ofAnArchive_compressedOrNot(String program) throws Exception {
        var tar =
                new Tar()
                        .file("Dockerfile", DOCKERFILE)
                        .file("./d/f", "1")
                        .symlink("link", "d/f")
                        .hardLink("hard", "d/f")
                        .directory("empty", 0711)
                        .file(".dockerignore", "no*\n")
                        .file("nothing", "x")
                        .bytes();
        var result = stream(Archives.filter(tar, program));
        assertThat(bench.text(result, "c/d/f")).isEqualTo("1");
        assertThat(bench.text(result, "c/hard")).isEqualTo("1");
        assertThat(bench.entry(result, "c/link").linkTarget()).hasToString("d/f");
        assertThat(bench.entry(result, "c/empty").mode()).isEqualTo(0711);
        assertThat(bench.entry(result, "c/d/f").mode()).isEqualTo(0640);
        assertThat(bench.entry(result, "c/d/f").uid()).isZero();
        assertThat(bench.entry(result, "c/d/f").mtime()).isEqualTo(new Timespec(1_000_000_000, 0));
        assertThat(bench.exists(result, "c/nothing")).isFalse();
        try (var left = Files.list(bench.home.resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void stream_ofAnArchive_dockerfileElsewhereInIt_withItsIgnoreFile() throws Exception {
        var tar =
                new Tar()
                        .file("docker/App", DOCKERFILE)
                        .file("docker/App.dockerignore", "docker\nb\n")
                        .file("a", "1")
                        .file("b", "2")
                        .bytes();
        var result =
                build(
                        BuildRequest.ofStream(new ByteArrayInputStream(tar))
                                .dockerfileInContext("docker/App"));
        assertThat(bench.exists(result, "c/a")).isTrue();
        assertThat(bench.exists(result, "c/b")).isFalse();
        assertThat(bench.exists(result, "c/docker")).isFalse();
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> stream(new Tar().file("x", "").bytes()))
                .withMessage("there is no Dockerfile in the archive");
    }

    @Test
    void stream_sameArchiveAgain_isCached() throws Exception {
        var tar = new Tar().file("Dockerfile", DOCKERFILE).file("f", "1").bytes();
        stream(tar);
        bench.reopen();
        stream(tar);
        assertThat(bench.made()).isEmpty();
    }

    /// A link in a context archive must not lead what is written after it out of the context.
    @Test
    void cve_2020_10696_archiveCannotWriteOutside() throws Exception {
        var victim = Files.createDirectories(directory.resolve("victim"));
        var tar =
                new Tar()
                        .file("Dockerfile", DOCKERFILE)
                        .symlink("out", victim.toString())
                        .file("out/pwned", "x")
                        .symlink("up", "../../../../../.." + victim)
                        .file("up/pwned", "x")
                        .file("../../../../pwned", "x")
                        .file(victim + "/absolute", "x")
                        .bytes();
        try {
            stream(tar);
        } catch (BuildException e) {
            assertThat(e.getMessage()).contains("cannot unpack");
        }
        assertThat(victim).isEmptyDirectory();
        assertThat(directory.resolve("pwned")).doesNotExist();
        assertThat(bench.home.resolve("pwned")).doesNotExist();
    }

    @Test
    void cve_2026_42574_linkIsReplacedNotWrittenThrough() throws Exception {
        var victim = Files.writeString(directory.resolve("victim"), "intact");
        var result =
                stream(
                        new Tar()
                                .file("Dockerfile", DOCKERFILE)
                                .symlink("f", victim.toString())
                                .file("f", "x")
                                .bytes());
        assertThat(victim).hasContent("intact");
        assertThat(bench.text(result, "c/f")).isEqualTo("x");
    }

    @Test
    void cve_2026_50163_hardLinkNamesOnlyTheArchivesFiles() throws Exception {
        for (var target : new String[] {"/etc/passwd", "../../../../../../etc/passwd"}) {
            assertThatExceptionOfType(BuildException.class)
                    .isThrownBy(() ->
                            stream(
                                    new Tar()
                                            .file("Dockerfile", DOCKERFILE)
                                            .hardLink("f", target)
                                            .bytes()))
                    .withMessageContaining("is no file of the archive");
        }
    }

    @Test
    void dockerfileThatIsALinkOutside_isNotRead() throws Exception {
        var secret = Files.writeString(directory.resolve("secret"), "s3cr3t");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(
                        () -> stream(new Tar().symlink("Dockerfile", secret.toString()).bytes()))
                .withMessage("there is no Dockerfile in the archive");
    }

    @Test
    void damagedArchive_isTold() throws Exception {
        var gz = Archives.gzip(new Tar().file("Dockerfile", DOCKERFILE.repeat(500)).bytes());
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> stream(java.util.Arrays.copyOf(gz, gz.length / 2)))
                .withMessageContaining("standard input: cannot unpack the context");
    }

    @Test
    void repository_asContext_withSubdirectoryAndIgnoreFile() throws Exception {
        var git = new GitFixture(directory, "repo");
        git.file("app/Dockerfile", DOCKERFILE).file("app/f", "1").file("app/no", "x");
        git.file("app/.dockerignore", "no\n").file("app/Other", "FROM scratch\nCOPY f /other\n");
        git.commit();
        try (var web = WebServer.start().git(git.served)) {
            var address = web.address() + "/git/repo.git#main:app";
            var result = build(BuildRequest.ofRemote(address));
            assertThat(bench.text(result, "c/f")).isEqualTo("1");
            assertThat(bench.exists(result, "c/no")).isFalse();
            assertThat(bench.exists(result, "c/.git")).isFalse();
            result = build(BuildRequest.ofRemote(address).dockerfileInContext("Other"));
            assertThat(bench.text(result, "other")).isEqualTo("1");
            bench.reopen();
            build(BuildRequest.ofRemote(address));
            assertThat(bench.made()).isEmpty();
            git.file("app/f", "2").commit();
            build(BuildRequest.ofRemote(address));
            assertThat(bench.reasons().getFirst()).contains("1 of 4 files changed: f (content)");
        }
    }

    @Test
    void repository_keepGitDir_byBuildArgument() throws Exception {
        var git = new GitFixture(directory, "repo").file("Dockerfile", DOCKERFILE);
        git.commit();
        try (var web = WebServer.start().git(git.served)) {
            var request = BuildRequest.ofRemote(web.address() + "/git/repo.git");
            var result = build(request.buildArg("BUILDKIT_CONTEXT_KEEP_GIT_DIR", "1"));
            assertThat(bench.text(result, "c/.git/HEAD").strip()).isEqualTo(git.head());
        }
    }

    @Test
    void web_archiveOrDockerfile() throws Exception {
        try (var web = WebServer.start()) {
            web.file("/Dockerfile", "FROM scratch\nCOPY <<EOF /x\ny\nEOF\n", "\"1\"", "");
            web.bytes(
                    "/c.tar.gz",
                    Archives.gzip(new Tar().file("Dockerfile", DOCKERFILE).file("f", "1").bytes()));
            var result = build(BuildRequest.ofRemote(web.address() + "/Dockerfile"));
            assertThat(bench.text(result, "x")).isEqualTo("y\n");
            result = build(BuildRequest.ofRemote(web.address() + "/c.tar.gz"));
            assertThat(bench.text(result, "c/f")).isEqualTo("1");
            bench.reopen();
            build(BuildRequest.ofRemote(web.address() + "/c.tar.gz"));
            assertThat(bench.made()).isEmpty();

            bench.file("f", "local");
            web.file("/App", DOCKERFILE, "\"1\"", "");
            result =
                    build(BuildRequest.of(bench.context).dockerfileAddress(web.address() + "/App"));
            assertThat(bench.text(result, "c/f")).isEqualTo("local");
        }
    }

    @Test
    void ignoreFile_asked_goesBeforeAllOthers() throws Exception {
        bench.file("Dockerfile", DOCKERFILE).file("a", "1").file("b", "2").file("c", "3");
        bench.file(".dockerignore", "a\n").file("Dockerfile.dockerignore", "b\n");
        var mine = Files.writeString(directory.resolve("mine"), "c\n");
        var own = build(BuildRequest.of(bench.context));
        assertThat(bench.exists(own, "c/a")).isTrue();
        assertThat(bench.exists(own, "c/b")).isFalse();
        var asked = build(BuildRequest.of(bench.context).ignoreFile(mine));
        assertThat(bench.exists(asked, "c/b")).isTrue();
        assertThat(bench.exists(asked, "c/c")).isFalse();
        var none = build(BuildRequest.of(bench.context).ignoreFile(Path.of("/dev/null")));
        assertThat(bench.exists(none, "c/b")).isTrue();
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(
                        () -> build(BuildRequest.of(bench.context).ignoreFile(Path.of("/no/such"))))
                .withMessage("there is no ignore file /no/such");
    }

    @Test
    void preserve_ownerAndTimes() throws Exception {
        Assumptions.assumeTrue(dev.slipway.linux.Host.uid() == 0 || System.getenv("CI") != null);
        bench.file("Dockerfile", DOCKERFILE).file("f", "1");
        try (var dir = Dir.open(bench.context)) {
            dir.chown(RawPath.of("f"), 123, 456);
            dir.setTimes(RawPath.of("f"), null, new Timespec(2_000_000_000, 5));
        }
        var plain = build(BuildRequest.of(bench.context).sourceDateEpoch(1000L));
        assertThat(bench.entry(plain, "c/f").uid()).isZero();
        assertThat(bench.entry(plain, "c/f").mtime()).isEqualTo(new Timespec(1000, 0));
        var kept =
                build(
                        BuildRequest.of(bench.context)
                                .sourceDateEpoch(1000L)
                                .preserveOwner(true)
                                .preserveTimes(true));
        assertThat(bench.made()).contains("COPY . /c/");
        assertThat(bench.entry(kept, "c/f").uid()).isEqualTo(123);
        assertThat(bench.entry(kept, "c/f").gid()).isEqualTo(456);
        assertThat(bench.entry(kept, "c/f").mtime()).isEqualTo(new Timespec(2_000_000_000, 5));
        try (var dir = Dir.open(bench.context)) {
            dir.setTimes(RawPath.of("f"), null, new Timespec(2_100_000_000, 0));
        }
        build(
                BuildRequest.of(bench.context)
                        .sourceDateEpoch(1000L)
                        .preserveOwner(true)
                        .preserveTimes(true));
        assertThat(bench.made()).contains("COPY . /c/");
    }
}
