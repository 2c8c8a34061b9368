package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// `kill -9` at random instants of a build, then the build again.
class KillTest {
    private static final int KILLS = Integer.getInteger("slipway.kills", 200);
    private static final String DOCKERFILE =
            """
            FROM base AS one
            WORKDIR /work
            COPY input many ./
            RUN cat input > one && ln one hard
            FROM base AS two
            COPY many /many
            RUN rm -r /many/d1 && echo two > /two
            FROM base
            COPY --from=one /work /work
            COPY --from=two /many /many
            RUN cat /work/one > /result
            """;

    @TempDir Path work;

    @Test
    void build_killedAnywhere_thenBuildsAgain() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("busybox"), "busybox (Debian: busybox-static)");
        Slipway slipway = new Slipway(work.resolve("home"));
        slipway.importBusybox(work.resolve("base"));
        Path context = context();
        Random random = new Random(20_261_123);
        build(slipway, context, "first\n");
        long usual = build(slipway, context, "second\n"); // the first does more
        int killed = 0;
        for (int i = 0; i < KILLS; i++) {
            Files.writeString(context.resolve("input"), "input " + i + "\n");
            long start = System.nanoTime();
            Process process =
                    slipway.start(work.resolve("log"), "build", "-t", "killed", context.toString());
            if (process.waitFor(random.nextLong(usual), TimeUnit.NANOSECONDS)) {
                usual = System.nanoTime() - start;
            } else {
                process.destroyForcibly();
                killed++;
            }
            process.waitFor();
            slipway.run("build", "-q", "-t", "killed", context.toString());
            assertThat(slipway.read("killed", "result")).isEqualTo("input " + i + "\n");
            assertThat(slipway.has("killed", "many/d1")).isFalse();
            assertThat(slipway.read("killed", "many/d2/f")).isEqualTo("2\n");
        }
        assertThat(killed).as("builds that were really cut short").isGreaterThan(KILLS / 2);
        slipway.run("system", "prune", "-f");
        assertThat(slipway.mounts()).isEmpty();
        assertThat(slipway.listing("tmp")).isEmpty();
        assertThat(slipway.listing("leases")).isEmpty();
        assertThat(slipway.listing("locks")).isEmpty();
        assertThat(slipway.read("killed", "result")).isEqualTo("input " + (KILLS - 1) + "\n");
    }

    private long build(Slipway slipway, Path context, String input) throws Exception {
        Files.writeString(context.resolve("input"), input);
        long start = System.nanoTime();
        Process process =
                slipway.start(work.resolve("log"), "build", "-t", "killed", context.toString());
        assertThat(process.waitFor()).as(Files.readString(work.resolve("log"))).isZero();
        return System.nanoTime() - start;
    }

    private Path context() throws Exception {
        Path context = Files.createDirectory(work.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
        Tool.shell(
                context,
                "for d in 1 2 3 4 5; do mkdir -p many/d$d; echo $d > many/d$d/f; head -c 300000"
                        + " /dev/urandom > many/d$d/random; done");
        return context;
    }
}
