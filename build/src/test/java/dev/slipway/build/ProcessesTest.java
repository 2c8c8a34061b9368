package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Collector;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

class ProcessesTest {
    /// How often a build is killed; a thorough run asks for more.
    private static final int KILLS = Integer.getInteger("slipway.kills", 8);

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
    void build_sameStepInManyProcesses_isMadeOnce() throws Exception {
        var dockerfile =
                """
                FROM busybox
                RUN --mount=type=cache,target=/c echo x >> /c/count; sleep 1; echo out > /f
                RUN echo more > /g
                """;
        var processes = new ArrayList<Process>();
        for (int i = 0; i < 3; i++) {
            processes.add(BuildProcess.start(bench.home, bench.context, dockerfile));
        }
        for (var process : processes) {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(BuildProcess.output(bench.context)).isZero();
        }
        bench.build("FROM busybox\nRUN --mount=type=cache,target=/k,id=/c wc -l < /k/count\n");
        assertThat(bench.log()).containsExactly("1");
        var ids = List.of(BuildProcess.output(bench.context).strip().split("\\s+"));
        assertThat(ids).hasSize(3);
        assertThat(new java.util.HashSet<>(ids)).hasSize(1);
    }

    @Test
    void build_killedAtAnyInstant_canBeBuiltAgain() throws Exception {
        for (int i = 0; i < 40; i++) {
            bench.file("src/d" + i % 5 + "/f" + i, "content " + i);
        }
        var dockerfile =
                """
                FROM busybox AS a
                COPY src /src
                RUN cat /src/*/* > /all && mkdir -p /deep/er && touch /deep/er/x
                FROM busybox
                WORKDIR /w
                COPY --from=a /all /w/
                RUN --mount=target=/ctx,source=src ls /ctx > list && rm /etc/group
                """;
        var random = new Random(42);
        long whole = 3_000;
        for (int i = 0; i < KILLS; i++) {
            var process = BuildProcess.start(bench.home, bench.context, dockerfile);
            boolean ended = process.waitFor(random.nextLong(whole), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            if (ended) {
                assertThat(process.exitValue()).as(BuildProcess.output(bench.context)).isZero();
                forget();
            }
        }
        var result = bench.build(dockerfile, r -> r.sourceDateEpoch(1_700_000_000L));
        assertThat(bench.text(result, "w/list")).isEqualTo("d0\nd1\nd2\nd3\nd4\n");
        try (var clean = Bench.asRoot(directory.resolve("clean"))) {
            for (int i = 0; i < 40; i++) {
                clean.file("src/d" + i % 5 + "/f" + i, "content " + i);
            }
            var reference = clean.build(dockerfile, r -> r.sourceDateEpoch(1_700_000_000L));
            assertThat(result.imageId()).isEqualTo(reference.imageId());
        }
        bench.reopen();
        new Collector(bench.store(), List.of(new BuildCache(bench.store()))).sweep();
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(directory.toString());
        bench.close();
        try (var left = Files.newDirectoryStream(bench.home.resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    /// Has the next build begin anew.
    private void forget() throws IOException {
        try (var records = Files.newDirectoryStream(bench.home.resolve("cache/records"))) {
            for (var record : records) {
                Files.delete(record);
            }
        }
    }
}
