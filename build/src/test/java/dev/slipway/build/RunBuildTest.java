package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.image.History;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

class RunBuildTest {
    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.asRoot(directory);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void run_changesBecomeTheLayer() throws Exception {
        var result =
                bench.build(
                        """
                        FROM busybox
                        RUN echo hello > /greeting && rm /etc/group && mkdir -p /d/e
                        RUN ["/bin/sh", "-c", "cat /greeting > /d/copy; echo out; echo err >&2"]
                        """);
        assertThat(bench.text(result, "d/copy")).isEqualTo("hello\n");
        assertThat(bench.exists(result, "etc/group")).isFalse();
        assertThat(bench.exists(result, "etc/passwd")).isTrue();
        assertThat(bench.log()).containsExactlyInAnyOrder("out", "err");
        assertThat(bench.config(result).history())
                .extracting(History::createdBy)
                .contains(
                        "RUN /bin/sh -c echo hello > /greeting && rm /etc/group && mkdir -p /d/e"
                                + " # buildkit");
        assertThat(result.layers()).hasSize(3);
    }

    @Test
    void run_leavesNoStubs() throws Exception {
        var result =
                bench.build(
                        """
                        FROM scratch
                        COPY --from=busybox /bin /bin
                        RUN --mount=type=cache,target=/var/cache/x --mount=type=tmpfs,target=/t true
                        """);
        for (var path : new String[] {"proc", "sys", "dev", "etc", "var", "t"}) {
            assertThat(bench.exists(result, path)).as(path).isFalse();
        }
        assertThat(bench.store().layers().find(result.layers().getLast()).orElseThrow())
                .satisfies(layer -> assertThat(layer.index().changes()).isEmpty());
    }

    @Test
    void run_seesArgsEnvUserAndDirectory() throws Exception {
        bench.build(
                """
                FROM busybox
                ARG VERSION=1
                ENV NAME=n
                USER app
                WORKDIR /home/app/x
                RUN echo "$VERSION $NAME $(id -u):$(id -g) $(pwd) $HOME"
                """,
                r -> r.buildArg("VERSION", "2"));
        assertThat(bench.log()).containsExactly("2 n 1000:1001 /home/app/x /home/app");
    }

    @Test
    void run_again_isCachedAndTheSame() throws Exception {
        var dockerfile = "FROM busybox\nRUN date +%s%N > /when\nRUN echo x > /y\n";
        var first = bench.build(dockerfile);
        bench.reopen();
        var second = bench.build(dockerfile);
        assertThat(bench.made()).isEmpty();
        assertThat(second.imageId()).isEqualTo(first.imageId());
    }

    @Test
    void run_thatIsFoundAfterAll_leavesNothingOfWhatWasMadeForIt() throws Exception {
        bench.build("FROM busybox\nRUN true\nRUN echo b > /b\n");
        // Another command with the same result: the next is found only once this one was run.
        bench.build("FROM busybox\nRUN true true\nRUN echo b > /b\n");
        assertThat(bench.made()).hasSize(1);
        try (var temporaries = Files.newDirectoryStream(bench.home.resolve("tmp"))) {
            assertThat(temporaries).isEmpty();
        }
    }

    @Test
    void run_missTable() throws Exception {
        var base = "FROM busybox\nARG V=1\nENV E=1\nRUN echo $V > /v\n";
        bench.build(base);
        bench.build(base, r -> r.buildArg("V", "2"));
        assertThat(bench.reasons())
                .containsExactly("RUN echo $V > /v — build argument V changed: \"1\" → \"2\"");
        bench.build(base.replace("E=1", "E=2"));
        assertThat(bench.reasons().getFirst()).contains("variable E changed: \"1\" → \"2\"");
        bench.build(base.replace("/v", "/w"));
        assertThat(bench.reasons().getFirst()).contains("the command changed");
        bench.build(base, r -> r.buildArg("http_proxy", "http://proxy"));
        assertThat(bench.made()).isEmpty();
        bench.build(base, r -> r.buildArg("V", "2"));
        assertThat(bench.made()).isEmpty();
    }

    @Test
    void run_argAfterIt_doesNotMatter() throws Exception {
        var text = "FROM busybox\nRUN echo a > /a\nARG V\nRUN echo $V > /b\n";
        bench.build(text);
        bench.build(text, r -> r.buildArg("V", "2"));
        assertThat(bench.made()).containsExactly("RUN echo $V > /b");
    }

    @Test
    void run_failing_tellsCommandOutputCodeAndLines() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build("FROM busybox\nRUN echo before; \\\n  echo why >&2; exit 7\n"))
                .withMessage(
                        "process \"/bin/sh -c echo before;   echo why >&2; exit 7\" did not"
                                + " complete successfully: exit code: 7")
                .satisfies(e -> {
                    assertThat(e.exitCode()).isEqualTo(7);
                    assertThat(e.lastLines()).containsExactlyInAnyOrder("before", "why");
                    assertThat(SourceLines.placeOf(e.source())).isEqualTo("Dockerfile:2-3");
                    assertThat(e.step()).startsWith("[2/2] RUN echo before");
                });
    }

    @Test
    void run_commandNotFound() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build("FROM busybox\nRUN [\"/no/such\"]\n"))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(127));
    }

    @Test
    void run_heredocs() throws Exception {
        bench.build(
                """
                FROM busybox
                ARG A=1
                RUN <<EOF
                echo one $A
                echo two
                EOF
                RUN <<SCRIPT
                #!/bin/sh
                echo script $0
                SCRIPT
                RUN cat <<ONE && cat <<TWO
                first
                ONE
                second
                TWO
                """);
        assertThat(bench.log())
                .containsExactly("one 1", "two", "script /dev/pipes/SCRIPT", "first", "second");
    }

    @Test
    void run_stagesAtOnce() throws Exception {
        // Each stage waits for a sign of the other in a shared cache mount.
        var wait =
                "RUN --mount=type=cache,id=meet,target=/m touch /m/%s; i=0;"
                        + " while [ ! -e /m/%s ] && [ $i -lt 200 ]; do sleep 0.05; i=$((i+1));"
                        + " done; test -e /m/%s && echo met > /%s\n";
        var result =
                bench.build(
                        "FROM busybox AS a\n"
                                + wait.formatted("a", "b", "b", "fa")
                                + "FROM busybox AS b\n"
                                + wait.formatted("b", "a", "a", "fb")
                                + "FROM scratch\nCOPY --from=a /fa /\nCOPY --from=b /fb /\n");
        assertThat(bench.text(result, "fa")).isEqualTo("met\n");
        assertThat(bench.text(result, "fb")).isEqualTo("met\n");
    }

    @Test
    void run_firstFailureStopsTheOthers() {
        long start = System.nanoTime();
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                """
                                FROM busybox AS slow
                                RUN sleep 60
                                FROM busybox AS bad
                                RUN false
                                FROM scratch
                                COPY --from=slow / /
                                COPY --from=bad / /
                                """))
                .withMessageContaining("/bin/sh -c false");
        assertThat(System.nanoTime() - start).isLessThan(30_000_000_000L);
        assertThat(bench.events).anyMatch(e -> e instanceof BuildEvent.StepCancelled);
    }

    @Test
    void run_cancelled_leavesNothing() throws Exception {
        var cancellation = new Cancellation();
        var started = new CountDownLatch(1);
        var failure = new Throwable[1];
        var thread =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                bench.build(
                                        "FROM busybox\nRUN echo up; sleep 77\n",
                                        r ->
                                                r.cancellation(cancellation)
                                                        .listener(e -> {
                                                            if (e instanceof BuildEvent.StepLog) {
                                                                started.countDown();
                                                            }
                                                        }));
                            } catch (Exception e) {
                                failure[0] = e;
                            }
                        });
        started.await();
        cancellation.cancel();
        thread.join();
        assertThat(failure[0]).isInstanceOf(BuildCancelledException.class);
        try (var temporaries = Files.newDirectoryStream(bench.home.resolve("tmp"))) {
            assertThat(temporaries).isEmpty();
        }
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(directory.toString());
    }

    @Test
    void mount_bindFromContext_hidesIgnoredFilesAndDropsWrites() throws Exception {
        bench.file("src/a", "x").file("src/secret", "s").file(".dockerignore", "src/secret\n");
        var dockerfile =
                """
                FROM busybox
                RUN --mount=target=/s,source=src,rw ls /s && touch /s/new && cat /s/a > /out
                """;
        var result = bench.build(dockerfile);
        assertThat(bench.log()).containsExactly("a");
        assertThat(bench.text(result, "out")).isEqualTo("x");
        assertThat(bench.context.resolve("src/new")).doesNotExist();
        bench.build(dockerfile);
        assertThat(bench.made()).isEmpty();
        bench.file("src/a", "y");
        bench.build(dockerfile);
        assertThat(bench.made()).hasSize(1);
        assertThat(bench.reasons().getFirst()).contains("src/a (content)");
    }

    @Test
    void mount_bindOneFileOfContext() throws Exception {
        bench.file("conf/app.conf", "k=v\n");
        bench.build(
                "FROM busybox\nRUN --mount=source=conf/app.conf,target=/etc/app.conf cat"
                        + " /etc/app.conf\n");
        assertThat(bench.log()).containsExactly("k=v");
    }

    @Test
    void mount_bindFromStage_isKeyedByContent() throws Exception {
        var tail =
                """
                FROM busybox
                RUN --mount=from=s,source=/d,target=/m cat /m/f > /f
                """;
        bench.build("FROM busybox AS s\nRUN mkdir /d; echo 1 > /d/f\n" + tail);
        bench.build("FROM busybox AS s\nRUN mkdir /d /e; echo 1 > /d/f\n" + tail);
        assertThat(bench.made()).containsExactly("RUN mkdir /d /e; echo 1 > /d/f");
        var result = bench.build("FROM busybox AS s\nRUN mkdir /d; echo 2 > /d/f\n" + tail);
        assertThat(bench.made()).hasSize(2);
        assertThat(bench.text(result, "f")).isEqualTo("2\n");
    }

    @Test
    void mount_cacheOutlivesTheBuild() throws Exception {
        bench.build("FROM busybox\nRUN --mount=type=cache,target=/c,id=../../evil echo 1 > /c/f\n");
        bench.build(
                "FROM busybox\nRUN --mount=type=cache,target=/k,id=../../evil cat /k/f; stat -c"
                        + " %a /k\n");
        assertThat(bench.log()).containsExactly("1", "755");
        assertThat(directory.resolve("evil")).doesNotExist();
        assertThat(bench.home.resolve("evil")).doesNotExist();
    }

    @Test
    void mount_tmpfsIsEmptyAndGone() throws Exception {
        var result =
                bench.build(
                        "FROM busybox\nRUN --mount=type=tmpfs,target=/tmp ls /tmp; touch /tmp/x\n");
        assertThat(bench.exists(result, "tmp/x")).isFalse();
    }

    @Test
    void mount_secret_leavesNoTrace() throws Exception {
        var value = "hunter2-" + System.nanoTime();
        var dockerfile =
                """
                FROM busybox
                RUN --mount=type=secret,id=s,required \\
                    --mount=type=secret,id=s,env=TOKEN \\
                    stat -c %a /run/secrets/s; wc -c < /run/secrets/s; test -n "$TOKEN" && echo set
                """;
        bench.build(
                dockerfile,
                r -> r.secret("s", SecretSource.of(value.getBytes(StandardCharsets.UTF_8))));
        assertThat(bench.log()).containsExactly("400", value.length() + "", "set");
        bench.build(dockerfile, r -> r.secret("s", SecretSource.of(new byte[] {1})));
        assertThat(bench.made()).isEmpty();
        try (var files = Files.walk(bench.home)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(value);
            }
        }
    }

    @Test
    void mount_requiredSecretMissing() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build("FROM busybox\nRUN --mount=type=secret,id=s,required true\n"))
                .satisfies(e -> assertThat(e.hint()).contains("--secret id=s"));
    }

    @Test
    void run_networkNone() throws Exception {
        bench.build(
                "FROM busybox\nRUN --network=none ls /sys/class/net | tr '\\n' ' ' | grep -v eth;"
                        + " true\n");
        assertThat(String.join(" ", bench.log())).doesNotContain("eth0");
    }

    @Test
    void run_sameOnTwoStores() throws Exception {
        var dockerfile =
                "FROM busybox\nWORKDIR /w\nRUN echo x > /w/f && mkdir /d && ln /w/f /d/g\n";
        var one = bench.build(dockerfile, r -> r.sourceDateEpoch(1_700_000_000L));
        try (var other = Bench.asRoot(directory.resolve("other"))) {
            var two = other.build(dockerfile, r -> r.sourceDateEpoch(1_700_000_000L));
            assertThat(two.imageId()).isEqualTo(one.imageId());
        }
        assertThat(bench.entry(one, "w/f").mtime().seconds()).isEqualTo(1_700_000_000L);
    }

    @Test
    void run_workdirThroughHostileLink_staysInside() throws Exception {
        // CVE-2026-55686, CVE-2024-1753: links in the image lead nowhere outside of it.
        var outside = Files.createDirectory(directory.resolve("outside"));
        var up = "../".repeat(30);
        var result =
                bench.build(
                        "FROM busybox\nRUN ln -s "
                                + outside
                                + " /abs && ln -s "
                                + up
                                + outside.toString().substring(1)
                                + " /rel\nWORKDIR /abs/one\nWORKDIR /rel/two\nRUN touch three\n");
        assertThat(outside).isEmptyDirectory();
        var inside = outside.toString().substring(1);
        assertThat(bench.exists(result, inside + "/one")).isTrue();
        assertThat(bench.exists(result, inside + "/two/three")).isTrue();
    }

    @Test
    void mount_sourceLinkOfStage_staysInside() throws Exception {
        // CVE-2024-1753: a link as mount source is resolved inside the stage.
        bench.build(
                """
                FROM busybox AS s
                RUN ln -s / /root-link
                FROM busybox
                RUN --mount=from=s,source=/root-link,target=/m test ! -e /m/proc/1/root/home && ls /m | head -1
                """);
        assertThat(bench.log()).containsExactly("bin");
    }

    @Test
    void build_recordIsKept() throws Exception {
        var result = bench.build("FROM busybox\nRUN echo kept\n");
        var record = bench.home.resolve("builds").resolve(result.buildId());
        assertThat(record.resolve("events.jsonl")).content().contains("kept");
        assertThat(record.resolve("plan.json")).content().contains("\"kind\":\"run\"");
    }

    @Test
    void run_foreignPlatform_isRefusedWithAdvice() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(
                        () -> bench.build("FROM --platform=linux/s390x scratch\nRUN [\"/x\"]\n"))
                .withMessageContaining("linux/s390x")
                .satisfies(e -> assertThat(e.hint()).contains("binfmt"));
    }

    // Overlayfs mounts 500 layers and no more.
    @Test
    void run_onMoreLayersThanOverlayfsTakes_seesAll() throws Exception {
        var text = new StringBuilder("FROM busybox\n");
        for (int i = 0; i < 520; i++) {
            text.append("COPY <<f").append(i).append(" /d/\n").append(i).append("\nf").append(i);
            text.append('\n');
        }
        text.append("RUN ls /d | wc -l && cat /d/f0 /d/f300 /d/f519 && rm /d/f0\n");
        text.append("RUN ls /d | wc -l\n");
        bench.build(text.toString());
        assertThat(bench.log()).containsExactly("520", "0", "300", "519", "519");
    }
}
