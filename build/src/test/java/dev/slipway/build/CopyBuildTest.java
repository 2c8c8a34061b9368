package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class CopyBuildTest {
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

    @Test
    void copy_fromContextStageAndImage() throws Exception {
        bench.file("src/a", "one").file("src/d/b", "two");
        var result =
                bench.build(
                        """
                        FROM scratch AS first
                        COPY src /app/
                        FROM scratch
                        COPY --from=FIRST /app/d/b /b
                        COPY --from=0 /app/a /a
                        COPY --from=busybox /etc/passwd /etc/
                        COPY <<EOF /inline
                        text
                        EOF
                        """);
        assertThat(bench.text(result, "a")).isEqualTo("one");
        assertThat(bench.text(result, "b")).isEqualTo("two");
        assertThat(bench.text(result, "etc/passwd")).isEqualTo(Busybox.PASSWD);
        assertThat(bench.text(result, "inline")).isEqualTo("text\n");
        assertThat(bench.config(result).history().getLast().createdBy())
                .isEqualTo("COPY <<EOF /inline # buildkit");
    }

    @Test
    void copy_unneededStageIsNotLookedAt() throws Exception {
        bench.file("a", "x");
        var result =
                bench.build(
                        """
                        FROM no.such/image AS unneeded
                        COPY nothing /
                        FROM scratch
                        COPY a /
                        """);
        assertThat(bench.text(result, "a")).isEqualTo("x");
    }

    @Test
    void copy_cacheFollowsContentNotTime() throws Exception {
        bench.file("src/a", "one").file("src/b", "two").file("other", "x");
        var dockerfile = "FROM scratch\nCOPY src /app/\nCOPY other /\n";
        var first = bench.build(dockerfile);
        assertThat(bench.made()).hasSize(2);

        Files.setLastModifiedTime(
                bench.context.resolve("src/a"),
                java.nio.file.attribute.FileTime.fromMillis(1_000_000));
        bench.reopen();
        var touched = bench.build(dockerfile);
        assertThat(bench.made()).isEmpty();
        assertThat(touched.imageId()).isEqualTo(first.imageId());

        bench.file("src/a", "three");
        bench.build(dockerfile);
        assertThat(bench.made()).containsExactly("COPY other /", "COPY src /app/");
        assertThat(bench.reasons())
                .contains(
                        "COPY src /app/ — 1 of 2 files changed: src/a (content)",
                        "COPY other / — step 1 above is done anew: [1/2] COPY src /app/");
    }

    @Test
    void copy_movedSourceIsFoundByContent() throws Exception {
        bench.file("one/file", "x");
        bench.build("FROM scratch\nCOPY one/file /f\n");
        bench.file("two/file", "x");
        bench.build("FROM scratch\nCOPY two/file /f\n");
        assertThat(bench.made()).isEmpty();
    }

    @Test
    void copy_fromRebuiltStageWithSameContentIsFoundByContent() throws Exception {
        bench.file("in", "x");
        bench.build("FROM scratch AS s\nCOPY in /a/\nFROM scratch\nCOPY --from=s /a /b\n");
        bench.build(
                """
                FROM scratch AS s
                WORKDIR /new
                COPY in /a/
                FROM scratch
                COPY --from=s /a /b
                """);
        assertThat(bench.made()).containsExactly("COPY in /a/", "WORKDIR /new");
    }

    @Test
    void copy_missingSource_namesLineAndNearest() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> {
                    bench.file("package.json", "{}");
                    bench.build("FROM scratch\nCOPY pakage.json /\n");
                })
                .satisfies(e -> {
                    assertThat(SourceLines.placeOf(e.source())).isEqualTo("Dockerfile:2");
                    assertThat(String.valueOf(e.source())).contains("COPY pakage.json /");
                    assertThat(e.getMessage()).contains("pakage.json");
                    assertThat(e.hint()).contains("package.json");
                });
    }

    @Test
    void build_missingImageSaysWhereItLooked() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build("FROM scratch\nFROM nope:1\nCOPY a b\n"))
                .withMessageContaining("docker.io/library/nope:1")
                .satisfies(e -> {
                    assertThat(SourceLines.placeOf(e.source())).isEqualTo("Dockerfile:2");
                    assertThat(e.hint()).contains("slipway base build");
                });
    }

    @Test
    void build_misspelledStage_isSuggested() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(
                        () -> bench.build("FROM scratch AS builder\nFROM biulder2\nFROM buildr\n"))
                .satisfies(e -> assertThat(e.hint()).contains("builder"));
    }

    @Test
    void build_stageBelow_cannotBeCopiedFrom() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                """
                                FROM scratch AS a
                                COPY --from=b /x /
                                FROM scratch AS b
                                FROM a
                                """))
                .withMessageContaining("not a stage before");
    }

    @Test
    void build_outputs() throws Exception {
        bench.file("a", "x");
        var local = directory.resolve("out");
        var tar = directory.resolve("out.tar");
        var ids = directory.resolve("iid");
        var metadata = directory.resolve("metadata.json");
        var result =
                bench.build(
                        "FROM scratch\nCOPY a /d/a\n",
                        r ->
                                r.output(Output.parse(local.toString()))
                                        .output(Output.parse("type=tar,dest=" + tar))
                                        .imageIdFile(ids)
                                        .metadataFile(metadata));
        assertThat(local.resolve("d/a")).hasContent("x");
        assertThat(tar).isNotEmptyFile();
        assertThat(ids).hasContent(result.imageId().toString());
        assertThat(metadata)
                .content()
                .contains("\"containerimage.config.digest\": \"" + result.imageId());
    }

    @Test
    void build_sameOnTwoStores() throws Exception {
        bench.file("src/a", "one").file("src/d/b", "two");
        var dockerfile = "FROM busybox\nWORKDIR /w\nCOPY src app/\nENV A=1\nCOPY --link src /l/\n";
        var one = bench.build(dockerfile, r -> r.sourceDateEpoch(1_700_000_000L));
        try (var other = Bench.in(directory.resolve("other"))) {
            other.file("src/d/b", "two").file("src/a", "one");
            var two = other.build(dockerfile, r -> r.sourceDateEpoch(1_700_000_000L));
            assertThat(two.imageId()).isEqualTo(one.imageId());
            assertThat(two.manifest()).isEqualTo(one.manifest());
        }
        assertThat(bench.config(one).created())
                .isEqualTo(java.time.Instant.ofEpochSecond(1_700_000_000L));
    }

    @Test
    void build_damagedRecord_isAMissWithAWarning() throws Exception {
        bench.file("a", "x");
        var dockerfile = "FROM scratch\nCOPY a /\n";
        var first = bench.build(dockerfile);
        try (var records = Files.newDirectoryStream(bench.home.resolve("cache/records"))) {
            for (var record : records) {
                var bytes = Files.readAllBytes(record);
                Files.write(record, java.util.Arrays.copyOf(bytes, bytes.length / 2));
            }
        }
        var second = bench.build(dockerfile);
        assertThat(bench.made()).containsExactly("COPY a /");
        assertThat(bench.warnings()).anyMatch(w -> w.contains("damaged"));
        assertThat(second.layers()).isEqualTo(first.layers());
    }

    @Test
    void build_noCache_makesAllAndNoCacheFilterOneStage() throws Exception {
        bench.file("a", "x").file("b", "y");
        var dockerfile =
                """
                FROM scratch AS one
                COPY a /
                FROM scratch AS two
                COPY b /
                FROM scratch
                COPY --from=one / /
                COPY --from=two / /
                """;
        bench.build(dockerfile);
        bench.build(dockerfile, r -> r.noCacheStage("One"));
        assertThat(bench.made()).containsExactly("COPY a /");
        assertThat(bench.reasons()).containsExactly("COPY a / — the cache was not asked");
        bench.build(dockerfile, r -> r.noCache(true));
        assertThat(bench.made()).hasSize(4);
    }

    @Test
    void build_baseConfigChange_keepsLayers() throws Exception {
        bench.file("a", "x");
        bench.build("FROM busybox\nCOPY a /\n");
        Busybox.install(bench.store(), "busybox", c -> c.user("app"));
        var result = bench.build("FROM busybox\nCOPY a /\n");
        assertThat(bench.made()).isEmpty();
        assertThat(bench.config(result).config().user()).isEqualTo("app");
    }

    @Test
    void copy_link_isRebasedWithoutBeingDoneAgain() throws Exception {
        bench.file("a", "x");
        bench.build("FROM busybox\nCOPY --link a /d/\n");
        var result = bench.build("FROM busybox\nWORKDIR /new\nCOPY --link a /d/\n");
        assertThat(bench.made()).containsExactly("WORKDIR /new");
        assertThat(bench.text(result, "d/a")).isEqualTo("x");
    }
}
