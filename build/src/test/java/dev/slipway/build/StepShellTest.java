package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.build.record.BuildRecords;
import dev.slipway.container.ContainerIo;
import dev.slipway.image.Collector;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Looking around where a step failed, at once and afterwards.
class StepShellTest {
    private static final String FAILING =
            """
            FROM busybox AS other
            RUN echo mounted > /m
            FROM busybox
            ENV NAME=n
            ARG ARGUMENT=a
            RUN echo below > /below && chmod 777 /home
            USER app
            WORKDIR /tmp
            RUN --mount=type=bind,from=other,target=/o --mount=type=cache,target=/c,mode=0777 \
                --mount=type=secret,id=s,target=/s,mode=0444 --network=none \
                echo half > /home/half; rm -f /tmp/x; echo kept > /c/x; exit 7
            """;

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

    private void fail(String dockerfile, UnaryOperator<BuildRequest.Builder> adapt) {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(dockerfile, adapt));
    }

    private String last() throws IOException {
        return new BuildRecords(bench.store().home()).list().getFirst().id();
    }

    private static String run(StepShell shell, String script) throws Exception {
        return run(
                shell,
                new ShellCommand(List.of("/bin/sh", "-c", script), null, null, List.of(), false));
    }

    private static String run(StepShell shell, ShellCommand command) throws Exception {
        var out = new ByteArrayOutputStream();
        int code = shell.run(command, new ContainerIo.Streams(null, out, out));
        return out.toString(StandardCharsets.UTF_8) + (code == 0 ? "" : "exit " + code);
    }

    private String afterwards(int step, String script) throws Exception {
        try (var shell =
                StepShell.open(bench.store(), last(), step, r -> r.secret("s", secret()))) {
            return run(shell, script);
        }
    }

    private static SecretSource secret() {
        return SecretSource.of("hush".getBytes(StandardCharsets.UTF_8));
    }

    private static final String LOOK =
            "echo $NAME $ARGUMENT $(id -u) $(pwd) $(cat /home/half /below /o/m /c/x /s)"
                    + " $(ls /sys/class/net)";
    private static final String SEEN = "n a 1000 /tmp half below mounted kept hush lo\n";

    @Test
    void onFailure_seesWhatTheStepSaw() throws Exception {
        var seen = new ArrayList<String>();
        fail(
                FAILING,
                r ->
                        r.secret("s", secret())
                                .onFailure((shell, why) -> {
                                    assertThat(why.exitCode()).isEqualTo(7);
                                    assertThat(shell.isLeftByFailure()).isTrue();
                                    try {
                                        seen.add(run(shell, LOOK));
                                    } catch (Exception e) {
                                        throw new AssertionError(e);
                                    }
                                }));
        assertThat(seen).containsExactly(SEEN);
        assertThat(bench.store().home().resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void afterwards_seesWhatTheStepSaw_evenOnceTheContextIsGone() throws Exception {
        fail(FAILING, r -> r.secret("s", secret()));
        bench.reopen();
        assertThat(afterwards(0, LOOK)).isEqualTo(SEEN);
        assertThat(afterwards(0, "exit 9")).isEqualTo("exit 9");
    }

    @Test
    void changes_areDropped() throws Exception {
        fail(FAILING, r -> r);
        assertThat(afterwards(0, "rm /home/half; echo new > /home/new; ls /home"))
                .isEqualTo("new\n");
        assertThat(afterwards(0, "ls /home")).isEqualTo("half\n");
    }

    @Test
    void earlierStep_isAsItWasBefore() throws Exception {
        fail(FAILING, r -> r);
        var steps = new BuildRecords(bench.store().home()).read(last()).steps();
        int below =
                steps.stream()
                        .filter(s -> s.instruction().startsWith("RUN echo below"))
                        .findFirst()
                        .orElseThrow()
                        .number();
        assertThat(afterwards(below, "ls /below /home/half; echo $NAME; id -u"))
                .contains("/below: No such file", "n\n", "0\n");
        var workdir = steps.stream().filter(s -> s.kind().equals("workdir")).findFirst();
        assertThat(afterwards(workdir.orElseThrow().number(), "cat /below")).isEqualTo("below\n");
    }

    @Test
    void user_canBeAnother() throws Exception {
        fail(FAILING, r -> r);
        try (var shell = StepShell.open(bench.store(), last(), 0, r -> {})) {
            var command = List.of("/bin/sh", "-c", "echo $(id -u) $(pwd) $X");
            assertThat(run(shell, new ShellCommand(command, "0:0", "/etc", List.of("X=x"), false)))
                    .isEqualTo("0 /etc x\n");
        }
    }

    @Test
    void deletions_areSeen() throws Exception {
        fail(
                """
                FROM busybox
                RUN mkdir /d && echo o > /d/old && echo f > /f
                RUN rm -r /d /f && mkdir /d && echo n > /d/new && exit 1
                """,
                r -> r);
        assertThat(afterwards(0, "ls /d; ls /f"))
                .isEqualTo("new\nls: /f: No such file or directory\nexit 1");
    }

    @Test
    void retries_theLastAttemptIsKept() throws Exception {
        var text =
                "FROM busybox\nRUN --mount=type=cache,target=/c echo x >> /c/n; cat /c/n > /n; exit 1\n";
        var settings = RunSettings.builder().attempts(new Attempts(2, 1, 0)).build();
        fail(text, r -> r.runSettings(settings));
        assertThat(afterwards(0, "wc -l < /n")).isEqualTo("3\n");
    }

    @Test
    void baseMovedSince_filesAreThoseOfThen() throws Exception {
        fail("FROM busybox\nRUN echo x > /x; false\n", r -> r);
        var old = last();
        bench.build("FROM busybox\nRUN rm /etc/group\n", r -> r.tag("busybox"));
        try (var shell = StepShell.open(bench.store(), old, 0, r -> {})) {
            assertThat(run(shell, "ls /etc/group /x")).isEqualTo("/etc/group\n/x\n");
        }
    }

    @Test
    void collector_leavesWhatAKeptStateNeeds() throws Exception {
        fail(FAILING, r -> r.secret("s", secret()));
        bench.reopen();
        var cache = new BuildCache(bench.store());
        var home = bench.store().home();
        try (var files = Files.list(home.resolve("cache/records"))) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        new Collector(bench.store(), List.of(cache)).sweep();
        bench.reopen();
        assertThat(afterwards(0, "cat /below /o/m")).isEqualTo("below\nmounted\n");
        FailedState.drop(home.resolve("builds").resolve(last()));
        bench.reopen();
        new Collector(bench.store(), List.of(cache)).sweep();
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> afterwards(0, "true"))
                .withMessageContaining("is not in the store");
    }

    @Test
    void keep_onlyTheNewest_butNoneInUse() throws Exception {
        fail("FROM busybox\nRUN echo 0 > /n; exit 1\n", r -> r);
        var first = last();
        var builds = bench.store().home().resolve("builds");
        try (var shell = StepShell.open(bench.store(), first, 0, r -> {})) {
            for (int i = 1; i <= 6; i++) {
                var text = "FROM busybox\nRUN echo " + i + " > /n; exit 1\n";
                fail(text, r -> r);
            }
            assertThat(run(shell, "cat /n")).isEqualTo("0\n");
        }
        assertThat(FailedState.layersOf(builds)).isNotEmpty();
        assertThat(kept(builds)).isEqualTo(6);
        fail("FROM busybox\nRUN echo 7 > /n; exit 1\n", r -> r);
        assertThat(kept(builds)).isEqualTo(5);
        assertThat(FailedState.find(builds.resolve(first))).isNull();
    }

    private static long kept(Path builds) throws IOException {
        try (var all = Files.list(builds)) {
            return all.filter(build -> Files.exists(build.resolve("failed/state.json"))).count();
        }
    }

    @Test
    void secrets_areNowhereInTheStore() throws Exception {
        fail(
                FAILING,
                r ->
                        r.secret(
                                "s",
                                SecretSource.of("v3ry-s3cr3t".getBytes(StandardCharsets.UTF_8))));
        try (var files = Files.walk(bench.store().home())) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(bytes.contains("v3ry-s3cr3t")).as("" + file).isFalse();
            }
        }
    }

    @Test
    void successfulBuild_needsAStep() throws Exception {
        bench.build("FROM busybox\nRUN echo x > /x\nRUN echo y > /y\n");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> afterwards(0, "true"))
                .withMessageContaining("no step of the build");
        assertThat(afterwards(3, "ls -d /x /y")).contains("/x\n").contains("/y: No such file");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> afterwards(1, "true"))
                .withMessageContaining("where its stage starts");
    }

    @Test
    void cancellation_killsTheCommand() throws Exception {
        fail(FAILING, r -> r);
        var cancellation = new Cancellation();
        try (var shell =
                StepShell.open(bench.store(), last(), 0, r -> r.cancellation(cancellation))) {
            var out =
                    new java.io.OutputStream() {
                        @Override
                        public void write(int b) {
                            cancellation.cancel(); // the command is running
                        }
                    };
            var command =
                    new ShellCommand(
                            List.of("/bin/sh", "-c", "echo up; sleep 1000"),
                            null,
                            null,
                            List.of(),
                            false);
            assertThatExceptionOfType(BuildCancelledException.class)
                    .isThrownBy(() -> shell.run(command, new ContainerIo.Streams(null, out, out)));
        }
        assertThat(bench.store().home().resolve("tmp")).isEmptyDirectory();
    }
}
