package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `--build-context`.
class NamedContextTest {
    @TempDir Path directory;
    private Bench bench;
    private Path other;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
        other = Files.createDirectories(directory.resolve("other"));
        Files.writeString(other.resolve("f"), "other");
        Files.writeString(other.resolve("hidden"), "x");
        Files.writeString(other.resolve(".dockerignore"), "hidden\n");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private BuildResult build(String dockerfile, String name, String source) throws Exception {
        return bench.build(dockerfile, request -> request.namedContext(name, source));
    }

    @Test
    void directory_isCopiedFrom_withItsOwnIgnoreFile() throws Exception {
        bench.file(".dockerignore", "f\n");
        var result = build("FROM scratch\nCOPY --from=o . /o/\n", "o", other.toString());
        assertThat(bench.text(result, "o/f")).isEqualTo("other");
        assertThat(bench.exists(result, "o/hidden")).isFalse();
        assertThat(bench.exists(result, "o/.dockerignore")).isTrue();
    }

    @Test
    void directory_changedFile_isExplained() throws Exception {
        var dockerfile = "FROM scratch\nCOPY --from=o f /o/\n";
        build(dockerfile, "o", other.toString());
        build(dockerfile, "o", other.toString());
        assertThat(bench.made()).isEmpty();
        Files.writeString(other.resolve("f"), "changed");
        build(dockerfile, "o", other.toString());
        assertThat(bench.reasons())
                .containsExactly(
                        "COPY --from=o f /o/ — context o: 1 of 1 file changed: f (content)");
    }

    @Test
    void directory_replacesAStage() throws Exception {
        var dockerfile =
                """
                FROM no.such/image AS built
                RUN this is not run
                FROM scratch
                COPY --from=built f /
                COPY --from=0 f /again
                """;
        var result = build(dockerfile, "BUILT", other.toString());
        assertThat(bench.text(result, "f")).isEqualTo("other");
        assertThat(bench.text(result, "again")).isEqualTo("other");
    }

    @Test
    void directory_replacesTheImageOfAFrom() throws Exception {
        var result =
                build(
                        "FROM alpine:latest\nCOPY --from=alpine f /copy\n",
                        "docker.io/library/alpine",
                        other.toString());
        assertThat(bench.text(result, "f")).isEqualTo("other");
        assertThat(bench.text(result, "copy")).isEqualTo("other");
        assertThat(bench.config(result).config().cmd()).isNull();
    }

    @Test
    void image_replacesAnImageAndAStage() throws Exception {
        bench.build(
                "FROM scratch\nCOPY <<EOF /mark\nmine\nEOF\nENV A=1\n",
                request -> request.tag("mine"));
        var result = build("FROM alpine\nENV B=2\n", "alpine", "docker-image://mine");
        assertThat(bench.text(result, "mark")).isEqualTo("mine\n");
        assertThat(bench.config(result).config().env()).contains("A=1", "B=2");
        result = build("FROM no.such/x AS s\nRUN no\nFROM s\n", "s", "docker-image://mine:latest");
        assertThat(bench.text(result, "mark")).isEqualTo("mine\n");
        result = build("FROM alpine\n", "alpine", "docker-image://scratch");
        assertThat(bench.config(result).diffIds()).isEmpty();
    }

    @Test
    void platform_ownContextGoesFirst() throws Exception {
        var platform = dev.slipway.image.Platform.host().toString();
        var result =
                bench.build(
                        "FROM scratch\nCOPY --from=o f /\n",
                        request ->
                                request.namedContext("o", bench.context.toString())
                                        .namedContext("o::" + platform, other.toString())
                                        .namedContext("o::linux/s390x", bench.context.toString()));
        assertThat(bench.text(result, "f")).isEqualTo("other");
    }

    @Test
    void layout_byTagDigestAndAlone() throws Exception {
        var layout = directory.resolve("layout");
        var built =
                bench.build(
                        "FROM scratch\nCOPY <<EOF /mark\nlaid out\nEOF\n",
                        request ->
                                request.output(
                                        new Output.OciDirectory(
                                                layout,
                                                java.util.List.of("x:7"),
                                                ImageOptions.PLAIN)));
        for (var suffix : new String[] {"", ":7", "@" + built.manifest().digest()}) {
            var result = build("FROM base\n", "base", "oci-layout://" + layout + suffix);
            assertThat(bench.text(result, "mark")).isEqualTo("laid out\n");
        }
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> build("FROM base\n", "base", "oci-layout://" + layout + ":8"))
                .withMessageContaining("there is no such image");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> build("FROM base\n", "base", "oci-layout://" + other))
                .withMessageContaining("is no OCI layout");
    }

    @Test
    void repository_andArchiveFromTheWeb() throws Exception {
        var git = new GitFixture(directory, "repo").file("f", "git").file("no", "x");
        git.file(".dockerignore", "no\n");
        git.commit();
        try (var web = WebServer.start().git(git.served)) {
            web.bytes("/c.tgz", Archives.gzip(new Tar().file("f", "tar").bytes()));
            var dockerfile = "FROM scratch\nCOPY --from=o . /o/\n";
            var result = build(dockerfile, "o", web.address() + "/git/repo.git#main");
            assertThat(bench.text(result, "o/f")).isEqualTo("git");
            assertThat(bench.exists(result, "o/no")).isFalse();
            result = build(dockerfile, "o", web.address() + "/c.tgz");
            assertThat(bench.text(result, "o/f")).isEqualTo("tar");
            web.bytes("/text", new byte[] {'x'});
            assertThatExceptionOfType(BuildException.class)
                    .isThrownBy(() -> build(dockerfile, "o", web.address() + "/text"))
                    .withMessageContaining("it is no archive");
        }
    }

    @Test
    void mount_fromNamedContext() throws Exception {
        try (var rooted = Bench.asRoot(Files.createDirectories(directory.resolve("rooted")))) {
            var result =
                    rooted.build(
                            "FROM busybox\nRUN --mount=from=o,target=/o cat /o/f > /got; ls -a /o >>"
                                    + " /got\n",
                            request -> request.namedContext("o", other.toString()));
            assertThat(rooted.text(result, "got")).isEqualTo("other.\n..\n.dockerignore\nf\n");
            rooted.build(
                    "FROM busybox\nRUN --mount=type=cache,from=o,target=/o cp /o/f /got\n",
                    request -> request.namedContext("o", other.toString()));
        }
    }

    @Test
    void unknownKind_isRefused() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> build("FROM scratch\nCOPY --from=o f /\n", "o", "s3://x/y"))
                .withMessageContaining("nothing is known of s3://x/y");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> build("FROM scratch\nCOPY --from=o f /\n", "o", "/no/such"))
                .withMessageContaining("there is no directory /no/such")
                .satisfies(
                        e -> assertThat(SourceLines.placeOf(e.source())).isEqualTo("Dockerfile:2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/no/such/place | the context o: there is no directory /no/such/place",
                "no-such | the context o: there is no directory no-such",
                "oci-layout:///no/such:tag | the context o: there is no directory /no/such",
                "s3://x/y | the context o: nothing is known of s3://x/y"
            })
    void unusedContext_mustBeThere(String source, String message) {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> build("FROM scratch\nLABEL a=b\n", "o", source))
                .withMessage(message)
                .satisfies(e -> assertThat(e.hint()).isNotNull());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker-image://no-such/image",
                "https://localhost:1/no-such.tar.gz",
                "https://localhost:1/no-such.git#main",
                "git@localhost:no/such"
            })
    void unusedContext_elsewhere_isNotLookedUp(String source) throws Exception {
        build("FROM scratch\nLABEL a=b\n", "o", source);
    }
}
