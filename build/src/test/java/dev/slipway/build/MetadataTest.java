package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.History;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

class MetadataTest {
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
    void build_scratchWithMetadataOnly() throws Exception {
        var result =
                bench.build(
                        """
                        FROM scratch
                        ENV A=1 B="two words"
                        LABEL x=y
                        EXPOSE 80 53/UDP 7000-7002
                        VOLUME /data /more
                        USER app
                        STOPSIGNAL SIGINT
                        CMD ["a", "b c"]
                        """);
        var run = bench.config(result).config();
        assertThat(run.env())
                .containsExactly("PATH=" + ImageDraft.DEFAULT_PATH, "A=1", "B=two words");
        assertThat(run.labels()).containsEntry("x", "y");
        assertThat(run.exposedPorts())
                .containsExactly("53/udp", "7000/tcp", "7001/tcp", "7002/tcp", "80/tcp");
        assertThat(run.volumes()).containsExactly("/data", "/more");
        assertThat(run.user()).isEqualTo("app");
        assertThat(run.stopSignal()).isEqualTo("SIGINT");
        assertThat(run.cmd()).containsExactly("a", "b c");
        assertThat(result.layers()).isEmpty();
        assertThat(bench.config(result).history())
                .extracting(History::createdBy)
                .containsExactly(
                        "ENV A=1 B=two words",
                        "LABEL x=y",
                        "EXPOSE [80/tcp 53/udp 7000/tcp 7001/tcp 7002/tcp]",
                        "VOLUME [/data /more]",
                        "USER app",
                        "STOPSIGNAL SIGINT",
                        "CMD [\"a\" \"b c\"]");
        assertThat(bench.config(result).history()).allMatch(History::emptyLayer);
    }

    @Test
    void build_envIsSeenAsOfItsStart() throws Exception {
        var result =
                bench.build(
                        """
                        FROM busybox
                        ENV abc=hello
                        ENV abc=bye def=$abc
                        ENV ghi=$abc
                        """);
        assertThat(bench.config(result).config().env())
                .containsExactly("PATH=/bin", "abc=bye", "def=hello", "ghi=bye");
    }

    @Test
    void build_argScopes() throws Exception {
        var dockerfile =
                """
                ARG GLOBAL=g
                ARG BASE=busybox
                FROM $BASE AS parent
                ARG LOCAL=l
                ARG GLOBAL
                LABEL parent=$GLOBAL$LOCAL
                FROM parent AS child
                LABEL child=$LOCAL$GLOBAL
                FROM scratch AS sibling
                LABEL sibling=${LOCAL:-none}${GLOBAL:-none}
                """;
        var child = bench.build(dockerfile, r -> r.target("child"));
        assertThat(bench.config(child).config().labels())
                .containsEntry("parent", "gl")
                .containsEntry("child", "lg");
        var sibling = bench.build(dockerfile);
        assertThat(bench.config(sibling).config().labels()).containsEntry("sibling", "nonenone");
        var given = bench.build(dockerfile, r -> r.target("CHILD").buildArg("LOCAL", "x"));
        assertThat(bench.config(given).config().labels()).containsEntry("child", "xg");
    }

    @Test
    void build_envHidesArg() throws Exception {
        var result =
                bench.build(
                        """
                        FROM scratch
                        ENV X=env
                        ARG X=arg
                        LABEL x=$X
                        """,
                        r -> r.buildArg("X", "given"));
        assertThat(bench.config(result).config().labels()).containsEntry("x", "env");
    }

    @Test
    void build_platformArgs() throws Exception {
        var result =
                bench.build(
                        """
                        FROM scratch AS final
                        ARG TARGETPLATFORM
                        ARG TARGETARCH TARGETSTAGE
                        LABEL p=$TARGETPLATFORM a=$TARGETARCH s=$TARGETSTAGE o=$TARGETOS.
                        """);
        var host = dev.slipway.image.Platform.host();
        assertThat(bench.config(result).config().labels())
                .containsEntry("p", host.toString())
                .containsEntry("a", host.architecture())
                .containsEntry("s", "final")
                .containsEntry("o", ".");
    }

    @Test
    void build_entrypointDropsInheritedCmdOnly() throws Exception {
        var inherited =
                bench.build(
                        """
                        FROM busybox AS base
                        CMD ["inherited"]
                        FROM base
                        ENTRYPOINT ["e"]
                        """);
        assertThat(bench.config(inherited).config().cmd()).isNull();
        var own =
                bench.build(
                        """
                        FROM busybox
                        CMD ["own"]
                        ENTRYPOINT e
                        """);
        assertThat(bench.config(own).config().cmd()).containsExactly("own");
        assertThat(bench.config(own).config().entrypoint()).containsExactly("/bin/sh", "-c", "e");
    }

    @Test
    void build_workdirMakesMissingDirectoryOnce() throws Exception {
        var result =
                bench.build(
                        """
                        FROM busybox
                        USER 7
                        WORKDIR /a/b
                        WORKDIR c
                        WORKDIR /etc
                        WORKDIR /a/b
                        """);
        assertThat(bench.entry(result, "a/b").uid()).isEqualTo(7);
        assertThat(bench.entry(result, "a/b/c").uid()).isEqualTo(7);
        assertThat(bench.config(result).config().workingDir()).isEqualTo("/a/b");
        assertThat(bench.config(result).history())
                .extracting(History::emptyLayer)
                .containsExactly(false, true, false, false, true, true);
        assertThat(result.layers()).hasSize(3);
    }

    @Test
    void build_again_isTheSameImage() throws Exception {
        var dockerfile =
                """
                FROM busybox
                ENV A=1
                WORKDIR /w
                LABEL b=2
                WORKDIR /v
                """;
        var first = bench.build(dockerfile);
        bench.reopen();
        var second = bench.build(dockerfile);
        assertThat(second.imageId()).isEqualTo(first.imageId());
        assertThat(second.manifest()).isEqualTo(first.manifest());
        assertThat(second.madeSteps()).isZero();
        assertThat(second.cachedSteps()).isEqualTo(2);
    }

    @Test
    void build_tagsAndLabelsOfRequest() throws Exception {
        var result =
                bench.build(
                        "FROM scratch\nLABEL a=1 b=1\n",
                        r -> r.tag("app").tag("reg.example/app:2").label("a", "2"));
        assertThat(result.names())
                .containsExactly("docker.io/library/app:latest", "reg.example/app:2");
        assertThat(bench.config(result).config().labels())
                .containsEntry("a", "2")
                .containsEntry("b", "1");
    }

    @Test
    void build_onbuildTriggersRunInTheNextBuild() throws Exception {
        bench.build(
                """
                FROM busybox
                ONBUILD ENV FROM_TRIGGER=1
                ONBUILD WORKDIR /triggered
                """,
                r -> r.tag("base"));
        var result = bench.build("FROM base\nLABEL own=$FROM_TRIGGER\n");
        var run = bench.config(result).config();
        assertThat(run.onBuild()).isEmpty();
        assertThat(run.workingDir()).isEqualTo("/triggered");
        assertThat(run.labels()).containsEntry("own", "1");
        assertThat(bench.exists(result, "triggered")).isTrue();
    }

    @Test
    void build_healthcheck() throws Exception {
        var result =
                bench.build(
                        """
                        FROM scratch
                        HEALTHCHECK --interval=90s --retries=3 CMD test -e /x
                        SHELL ["/bin/bash", "-c"]
                        """);
        var run = bench.config(result).config();
        assertThat(run.shell()).containsExactly("/bin/bash", "-c");
        assertThat(bench.config(result).history().getFirst().createdBy())
                .isEqualTo(
                        "HEALTHCHECK {Test:[CMD-SHELL test -e /x] Interval:1m30s Timeout:0s"
                                + " StartPeriod:0s StartInterval:0s Retries:3}");
        assertThat(run.healthcheck())
                .isEqualTo(
                        new dev.slipway.image.Healthcheck(
                                java.util.List.of("CMD-SHELL", "test -e /x"),
                                90_000_000_000L,
                                0,
                                0,
                                0,
                                3));
    }
}
