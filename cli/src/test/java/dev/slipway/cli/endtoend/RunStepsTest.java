package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// RUN steps through the command line, with every runtime.
class RunStepsTest {
    private static final String EVERYTHING =
            """
            FROM base AS tools
            RUN mkdir /t && echo tool > /t/tool
            FROM base
            ENV V=v
            WORKDIR /w
            RUN --mount=type=cache,id=c,target=/c,uid=1000,mode=0700 stat -c '%u %a' /c > cache && touch /c/x
            RUN --mount=type=tmpfs,target=/tmp/t,size=1m df -k /tmp/t | tail -1 | tr -s ' ' | cut -d' ' -f2 > tmpfs && echo '#!/bin/sh' > /tmp/t/s && chmod +x /tmp/t/s && /tmp/t/s
            RUN --mount=from=tools,source=/t,target=/tools,rw cp /tools/tool . && touch /tools/new
            RUN --mount=target=/ctx cp /ctx/file .
            RUN --mount=type=secret,id=s,mode=0440,gid=1000 stat -c '%u:%g %a' /run/secrets/s > secret
            RUN --network=none ls /sys/class/net > net
            RUN ulimit -n > ulimit; hostname > hostname; df -k /dev/shm | tail -1 | tr -s ' ' | cut -d' ' -f2 > shm
            RUN cat /etc/hosts | grep added | tr '\\t' ' ' > hosts
            RUN --security=insecure mkdir m && mount -t tmpfs x m && umount m && rmdir m && echo may > insecure
            USER app
            RUN <<EOF
            id -un > /tmp/who
            echo $V >> /tmp/who
            EOF
            """;

    @TempDir Path directory;
    private Slipway slipway = new Slipway(Path.of(""));
    private Path context = Path.of("");

    @BeforeEach
    void prepare() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("busybox"), "busybox (Debian: busybox-static)");
        slipway = new Slipway(directory.resolve("home"));
        slipway.importBusybox(directory.resolve("base"));
        context = Files.createDirectory(directory.resolve("context"));
        Files.writeString(context.resolve("file"), "of the context\n");
    }

    private String[] build(String runtime) throws IOException {
        Files.writeString(directory.resolve("secret"), "s");
        return new String[] {
            "build",
            "--no-cache",
            "--progress=plain",
            "--runtime=" + runtime,
            "--secret=id=s,src=" + directory.resolve("secret"),
            "--ulimit=nofile=77:88",
            "--shm-size=2m",
            "--add-host=added:10.1.2.3",
            "--add-host=added-gateway:host-gateway",
            "--build-arg=BUILDKIT_SANDBOX_HOSTNAME=named",
            "--allow=security.insecure",
            "-t",
            runtime,
            context.toString()
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "runc", "crun"})
    void everyKindOfRun_isTheSameInEveryRuntime(String runtime) throws Exception {
        Tool.need(runtime.equals("embedded") || Tool.installed(runtime), runtime);
        Files.writeString(context.resolve("Dockerfile"), EVERYTHING);
        slipway.run(build(runtime));
        assertThat(slipway.read(runtime, "w/cache")).isEqualTo("1000 700\n");
        assertThat(slipway.read(runtime, "w/tmpfs")).isEqualTo("1024\n");
        assertThat(slipway.read(runtime, "w/tool")).isEqualTo("tool\n");
        assertThat(slipway.read(runtime, "w/file")).isEqualTo("of the context\n");
        assertThat(slipway.read(runtime, "w/secret")).isEqualTo("0:1000 440\n");
        assertThat(slipway.read(runtime, "w/net")).isEqualTo("lo\n");
        assertThat(slipway.read(runtime, "w/ulimit")).isEqualTo("77\n");
        assertThat(slipway.read(runtime, "w/hostname")).isEqualTo("named\n");
        assertThat(slipway.read(runtime, "w/shm")).isEqualTo("2048\n");
        assertThat(slipway.read(runtime, "w/hosts"))
                .isEqualTo("10.1.2.3 added\n127.0.0.1 added-gateway\n");
        assertThat(slipway.read(runtime, "w/insecure")).isEqualTo("may\n");
        assertThat(slipway.read(runtime, "tmp/who")).isEqualTo("app\nv\n");
        for (String stub : new String[] {"c", "tools", "ctx", "run", "tmp/t", "w/m"}) {
            assertThat(slipway.has(runtime, stub)).as(stub).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "runc", "crun"})
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void interrupt_leavesNoProcessMountOrLock(String runtime) throws Exception {
        Tool.need(runtime.equals("embedded") || Tool.installed(runtime), runtime);
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM base
                # slipway: retry=5 timeout=1h
                RUN --mount=type=cache,id=held,target=/c,sharing=locked \\
                    --mount=type=bind,target=/ctx,rw --mount=type=tmpfs,target=/t \\
                    sh -c 'sleep 8765 & sleep 8765 & echo started; wait'
                """);
        Path log = directory.resolve("log");
        Process build =
                slipway.start(
                        log, "build", "--runtime", runtime, "--progress", "plain", "" + context);
        try {
            while (build.isAlive() && !Files.readString(log).contains(" started\n")) {
                build.waitFor(20, TimeUnit.MILLISECONDS);
            }
            Tool.shell(directory, "kill -INT " + build.pid());
            assertThat(build.waitFor()).as(Files.readString(log)).isEqualTo(130);
        } finally {
            build.destroyForcibly();
        }
        assertThat(Files.readString(log))
                .doesNotContain("\tat ")
                .doesNotContain("Exception")
                .doesNotContain("trying again");
        assertThat(sleepers()).isZero();
        assertThat(slipway.mounts()).isEmpty();
        assertThat(slipway.listing("tmp")).isEmpty();
        assertThat(slipway.listing("leases")).isEmpty();
        // Nobody holds the cache any more.
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM base\nRUN --mount=type=cache,id=held,target=/c,sharing=locked true\n");
        assertThat(slipway.run("build", "--progress=plain", context.toString()))
                .doesNotContain("waiting");
    }

    private static long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).contains("sleep\0008765"))
                .count();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(
                    Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // over
        }
    }

    @Test
    void equivalence_heredocIsScript_andBindMountIsCopy() throws Exception {
        // What BuildKit 20.10 lacks, by what it has.
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM base AS a
                RUN <<EOF
                mkdir /d
                cp /etc/passwd /d/p
                EOF
                RUN --mount=target=/ctx cp /ctx/file /d/f
                FROM base AS b
                RUN mkdir /d && cp /etc/passwd /d/p
                COPY file /x
                RUN cp /x /d/f
                FROM base
                COPY --from=a /d /a
                COPY --from=b /d /b
                RUN diff -r /a /b
                """);
        slipway.run("build", "-q", context.toString());
    }

    @Test
    void failingRun_showsCommandCodeLinesAndPlace() throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"), "FROM base\nRUN echo the reason >&2; exit 9\n");
        Tool.Outcome outcome = slipway.outcome("build", "--progress=quiet", context.toString());
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output())
                .contains("the reason", "exit code: 9", "Dockerfile:2", "RUN echo the reason");
    }
}
