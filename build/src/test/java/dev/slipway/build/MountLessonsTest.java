package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What went wrong with mounts in other builders, tried here.
class MountLessonsTest {
    @TempDir Path directory;
    private Bench bench;
    private Path outside = Path.of("");

    @BeforeEach
    void open() throws IOException {
        bench = Bench.asRoot(directory);
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "of the machine\n");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void cve202423651_linkInCacheAsSource_staysInTheCache() throws Exception {
        bench.build(
                "FROM busybox\nRUN --mount=type=cache,id=c,target=/c ln -s "
                        + outside
                        + " /c/out && ln -s ../../../../.. /c/up && mkdir /c/in && ln -s /in /c/good\n");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                "FROM busybox\n"
                                        + "RUN --mount=type=cache,id=c,source=out,target=/m cat"
                                        + " /m/secret\n"));
        bench.build(
                """
                FROM busybox
                RUN --mount=type=cache,id=c,source=up,target=/m test -h /m/out && ls /m
                RUN --mount=type=cache,id=c,source=good,target=/m touch /m/x
                RUN --mount=type=cache,id=c,target=/m test -f /m/in/x && echo inside
                """);
        assertThat(bench.log()).containsExactly("good", "in", "out", "up", "inside");
    }

    @Test
    void cve202423652_stubSwappedForLink_hostFileStays() throws Exception {
        Files.createDirectories(outside.resolve("empty"));
        Files.createFile(outside.resolve("file"));
        var result =
                bench.build(
                        "FROM busybox\nRUN --mount=type=tmpfs,target=/a/empty"
                                + " --mount=type=secret,id=s,target=/b/file mv /a /a2 && mv /b /b2 &&"
                                + " ln -s "
                                + outside
                                + " /a && ln -s "
                                + outside
                                + " /b\n",
                        r -> r.secret("s", SecretSource.of(new byte[] {'x'})));
        assertThat(outside.resolve("empty")).isDirectory();
        assertThat(outside.resolve("file")).exists();
        assertThat(bench.exists(result, "a")).isTrue();
    }

    @Test
    void cve20241753_linkOfStageAsSource_staysInTheStage() throws Exception {
        bench.build(
                "FROM busybox AS s\nRUN ln -s "
                        + outside
                        + " /out && ln -s / /root-link\nFROM busybox\n"
                        + "RUN --mount=from=s,source=/root-link,target=/m test ! -e /m"
                        + outside
                        + " && ls /m | head -1\n");
        assertThat(bench.log()).containsExactly("bin");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                "FROM busybox AS s\nRUN ln -s "
                                        + outside
                                        + " /out\nFROM busybox\n"
                                        + "RUN --mount=from=s,source=/out,target=/m cat /m/secret\n"));
    }

    @Test
    void cve20249407_bindPropagation_isNoOption() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                "FROM busybox\n"
                                        + "RUN --mount=type=bind,target=/m,bind-propagation=shared"
                                        + " true\n"))
                .withMessageContaining("unexpected key 'bind-propagation'");
    }

    @Test
    void cve20249675_cacheIdAndSourceLeadingUp_stayInTheStore() throws Exception {
        var up = "../".repeat(20);
        bench.build(
                "FROM busybox\nRUN --mount=type=cache,target=/c,id="
                        + up
                        + outside.toString().substring(1)
                        + " touch /c/evil\n");
        assertThat(outside.resolve("evil")).doesNotExist();
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                "FROM busybox\nRUN --mount=type=cache,target=/c,source="
                                        + up
                                        + outside.toString().substring(1)
                                        + " cat /c/secret\n"));
    }

    @Test
    void cve202411218_writableBind_isDroppedAndLeadsNowhere() throws Exception {
        bench.file("src/a", "1");
        Files.createSymbolicLink(bench.context.resolve("src/out"), outside);
        var result =
                bench.build(
                        """
                        FROM busybox AS s
                        RUN mkdir /d && echo 1 > /d/f
                        FROM busybox
                        RUN --mount=from=s,source=/d,target=/m,rw --mount=target=/s,source=src,rw \\
                            echo 2 > /m/f && echo 2 > /s/a && touch /m/new && test ! -e /s/out/secret
                        RUN --mount=from=s,source=/d,target=/m cat /m/f && ls /m
                        """);
        assertThat(bench.log()).containsExactly("1", "f");
        assertThat(bench.context.resolve("src/a")).hasContent("1");
        assertThat(bench.exists(result, "m")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"proc/sys", "proc/self/fd", "/proc"})
    void cve202552881_mountInProc_isRefused(String target) {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                "FROM busybox\nRUN --mount=type=tmpfs,target=/"
                                        + target
                                        + " true\n"));
    }

    @Test
    void cve202633747_idsLeadingUp_areNames() throws Exception {
        var value = "v".getBytes(StandardCharsets.UTF_8);
        bench.build(
                "FROM busybox\nRUN --mount=type=secret,id=../../../x/y ls /run/secrets\n",
                r -> r.secret("../../../x/y", SecretSource.of(value)));
        assertThat(bench.log()).containsExactly("y");
    }

    @Test
    void deviceInCache_opensNothing() throws Exception {
        // A device node that a command leaves in a cache opens nothing for the next one.
        bench.build(
                """
                FROM busybox
                RUN --mount=type=cache,id=c,target=/c mknod /c/mem c 1 1
                RUN --mount=type=cache,id=c,target=/c head -c 1 /c/mem 2> /dev/null || echo refused
                """);
        assertThat(bench.log()).containsExactly("refused");
    }
}
