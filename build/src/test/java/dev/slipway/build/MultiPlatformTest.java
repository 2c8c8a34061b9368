package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.image.Image;
import dev.slipway.image.Index;
import dev.slipway.image.Json;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.MergedView;
import dev.slipway.image.Platform;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class MultiPlatformTest {
    private static final Platform AMD64 = Platform.of("linux", "amd64");
    private static final Platform ARM64 = Platform.of("linux", "arm64");
    private static final Platform NEVER = Platform.of("linux", "nosuch");
    private static final List<Platform> BOTH = List.of(AMD64, ARM64);

    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
        bench.file("a.txt", "a\n").file("b.txt", "b\n");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private Index index(BuildResult result) throws IOException {
        assertThat(result.manifest().mediaType()).isEqualTo(MediaTypes.OCI_INDEX);
        return Index.parse(
                bench.store().blobs().read(result.manifest().digest(), Manifest.MAX_BYTES));
    }

    private String text(BuildResult result, Platform platform, String path) throws IOException {
        var image = Image.load(bench.store(), result.manifest(), platform);
        try (var files = MergedView.of(image.layers());
                var in = files.open(files.lookup(RawPath.of(path)).orElseThrow())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void plan_showsEqualStagesOnceAndLabelsTheOthers() throws Exception {
        var host = Platform.host();
        var other = host.equals(ARM64) ? AMD64 : ARM64;
        var plan =
                Builder.plan(
                        bench.store(),
                        bench.request(
                                """
                                FROM --platform=$BUILDPLATFORM busybox AS tools
                                RUN make tools
                                FROM --platform=$BUILDPLATFORM busybox AS build
                                ARG TARGETARCH
                                COPY --from=tools / /
                                RUN make
                                FROM scratch
                                COPY --from=build / /
                                """,
                                r -> r.platforms(List.of(host, other))));
        assertThat(plan.toText())
                .isEqualTo(
                        """
                        #1 [H build 1/3] FROM busybox  (Dockerfile:3)
                        #2 [H tools 1/2] FROM busybox  (Dockerfile:1)
                        #3 [H tools 2/2] RUN make tools  <- #2  (Dockerfile:2)
                        #4 [H build 2/3] COPY --from=tools / /  <- #1, #3  (Dockerfile:5)
                        #5 [H build 3/3] RUN make  <- #4  (Dockerfile:6)
                        #6 [H stage-2 1/1] COPY --from=build / /  <- #0, #5  (Dockerfile:8)
                        #7 [H->ARCH build 2/3] COPY --from=tools / /  <- #1, #3  (Dockerfile:5)
                        #8 [H->ARCH build 3/3] RUN make  <- #7  (Dockerfile:6)
                        #9 [O stage-2 1/1] COPY --from=build / /  <- #0, #8  (Dockerfile:8)
                        """
                                .replace("[H", "[" + host)
                                .replace("[O", "[" + other)
                                .replace("ARCH", other.architecture()));
        assertThat(plan.toJson())
                .contains(
                        "\"targets\":[{\"platform\":\""
                                + host
                                + "\",\"step\":6},{\"platform\":\""
                                + other
                                + "\",\"step\":9}]");
    }

    @Test
    void build_twoPlatforms_isAnIndexOfBothInTheOrderAskedFor() throws Exception {
        var result =
                bench.build(
                        """
                        FROM scratch
                        ARG TARGETARCH
                        COPY a.txt /$TARGETARCH
                        """,
                        r -> r.platforms(List.of(ARM64, AMD64)).tag("multi"));
        assertThat(index(result).manifests())
                .extracting(m -> String.valueOf(m.platform()))
                .containsExactly("linux/arm64", "linux/amd64");
        assertThat(text(result, ARM64, "arm64")).isEqualTo("a\n");
        assertThat(text(result, AMD64, "amd64")).isEqualTo("a\n");
        assertThat(bench.made()).hasSize(2);
        var again =
                bench.build(
                        "FROM scratch\nARG TARGETARCH\nCOPY a.txt /$TARGETARCH\n",
                        r -> r.platforms(List.of(ARM64, AMD64)).tag("multi"));
        assertThat(again.manifest()).isEqualTo(result.manifest());
        assertThat(bench.made()).isEmpty();
    }

    @Test
    void build_equalStage_isMadeOnce() throws Exception {
        var result =
                bench.build(
                        """
                        FROM --platform=$BUILDPLATFORM scratch AS files
                        COPY a.txt b.txt /
                        FROM scratch
                        COPY --from=files / /
                        """,
                        r -> r.platforms(BOTH));
        assertThat(bench.made())
                .containsExactly(
                        "COPY --from=files / /", "COPY --from=files / /", "COPY a.txt b.txt /");
        assertThat(text(result, ARM64, "b.txt")).isEqualTo("b\n");
    }

    @Test
    void build_onIndexOfTheStore_takesThePlatformAskedFor() throws Exception {
        bench.build(
                "FROM scratch\nARG TARGETARCH\nCOPY a.txt /$TARGETARCH\n",
                r -> r.platforms(BOTH).tag("both"));
        var result = bench.build("FROM both\nCOPY b.txt /b\n", r -> r.platforms(BOTH));
        assertThat(text(result, ARM64, "arm64")).isEqualTo("a\n");
        assertThat(text(result, AMD64, "amd64")).isEqualTo("a\n");
        var one = bench.build("FROM --platform=linux/arm64 both\n");
        assertThat(bench.config(one).platform()).isEqualTo(ARM64);
    }

    @Test
    void build_baseOfAnotherPlatform_saysWhichItHas() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build("FROM busybox\n", r -> r.platform(NEVER)))
                .withMessageContaining("not linux/nosuch")
                .satisfies(
                        e -> assertThat(SourceLines.placeOf(e.source())).isEqualTo("Dockerfile:1"));
    }

    @Test
    void build_foreignCommand_failsBeforeAnythingIsDone() throws Exception {
        Busybox.install(bench.store(), "foreign", NEVER, config -> config);
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                """
                                FROM scratch AS other
                                COPY a.txt /a
                                FROM foreign
                                COPY --from=other /a /a
                                RUN true
                                """,
                                r -> r.platforms(List.of(NEVER))))
                .withMessageContaining("linux/nosuch cannot be run on this machine")
                .satisfies(e -> {
                    assertThat(SourceLines.placeOf(e.source())).isEqualTo("Dockerfile:5");
                    assertThat(e.step()).isEqualTo("[stage-1 3/3] RUN true");
                    assertThat(e.hint()).contains("--platform=$BUILDPLATFORM");
                });
        assertThat(bench.events).noneMatch(e -> e instanceof BuildEvent.StepStarted);
    }

    @Test
    void build_foreignCommandOfAStageNobodyNeeds_isNoMatter() throws Exception {
        Busybox.install(bench.store(), "foreign", NEVER, config -> config);
        var result =
                bench.build(
                        """
                        FROM foreign AS unused
                        RUN true
                        FROM scratch
                        COPY a.txt /
                        """,
                        r -> r.platforms(List.of(NEVER)));
        assertThat(bench.config(result).platform()).isEqualTo(NEVER);
    }

    @Test
    void build_multiPlatformWish_makesAnIndexOfOne() throws Exception {
        var result =
                bench.build(
                        "FROM scratch\nCOPY a.txt /\n",
                        r ->
                                r.platform(ARM64)
                                        .buildArg("BUILDKIT_MULTI_PLATFORM", "1")
                                        .output(new Output.LocalDirectory(directory.resolve("o"))));
        assertThat(index(result).manifests()).hasSize(1);
        assertThat(directory.resolve("o/linux_arm64/a.txt")).hasContent("a\n");
    }

    @Test
    void local_splitsPlatforms_unlessTold() throws Exception {
        var dockerfile = "FROM scratch\nARG TARGETARCH\nCOPY a.txt /$TARGETARCH\n";
        var out = directory.resolve("out");
        bench.build(
                dockerfile,
                r ->
                        r.platforms(BOTH)
                                .output(Output.parse("type=local,dest=" + out))
                                .output(
                                        Output.parse(
                                                "type=local,platform-split=false,dest="
                                                        + out
                                                        + "/all")));
        assertThat(out.resolve("linux_arm64/arm64")).hasContent("a\n");
        assertThat(out.resolve("linux_amd64/amd64")).hasContent("a\n");
        assertThat(out.resolve("all/arm64")).hasContent("a\n");
        assertThat(out.resolve("all/amd64")).hasContent("a\n");
    }

    @Test
    void local_withoutSplit_filesOfOneName_areAnError() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                "FROM scratch\nCOPY a.txt /\n",
                                r ->
                                        r.platforms(BOTH)
                                                .output(
                                                        Output.parse(
                                                                "type=local,platform-split=false,dest="
                                                                        + directory.resolve("o")))))
                .withMessageContaining("/a.txt is in the results of linux/amd64 and linux/arm64");
    }

    @Test
    void outputThatFails_isReportedWithItsReason() {
        var out = "type=local,platform-split=false,dest=" + directory.resolve("o");
        List<BuildEvent.TaskFinished> tasks = new ArrayList<>();
        BuildListener listener =
                event -> {
                    if (event instanceof BuildEvent.TaskFinished task) {
                        tasks.add(task);
                    }
                };
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                "FROM scratch\nCOPY a.txt /\n",
                                r ->
                                        r.platforms(BOTH)
                                                .listener(listener)
                                                .output(Output.parse(out))));
        assertThat(tasks)
                .singleElement()
                .satisfies(
                        task -> assertThat(task.error()).contains("/a.txt is in the results of"));
    }

    @Test
    void dockerArchive_ofSeveralPlatforms_isRefusedBeforeTheBuild() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                "FROM scratch\nCOPY a.txt /\n",
                                r ->
                                        r.platforms(BOTH)
                                                .output(
                                                        Output.parse(
                                                                "type=docker,dest="
                                                                        + directory.resolve("d")))))
                .withMessageContaining("one platform");
        assertThat(bench.events).noneMatch(e -> e instanceof BuildEvent.StepStarted);
    }

    @Test
    void metadataFile_ofAnIndex_hasNoConfigDigest() throws Exception {
        var file = directory.resolve("meta.json");
        var result =
                bench.build(
                        "FROM scratch\nCOPY a.txt /\n",
                        r -> r.platforms(BOTH).tag("m").metadataFile(file));
        var json = Json.parseObject(Files.readAllBytes(file));
        assertThat(json.text("containerimage.digest"))
                .isEqualTo(result.manifest().digest().toString());
        assertThat(json.members())
                .containsKeys(
                        "buildx.build.provenance/linux/amd64",
                        "buildx.build.provenance/linux/arm64",
                        "buildx.build.ref",
                        "containerimage.descriptor",
                        "image.name")
                .doesNotContainKey("containerimage.config.digest");
    }
}
