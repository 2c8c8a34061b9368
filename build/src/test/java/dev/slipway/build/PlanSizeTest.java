package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/// Twice as many lines take twice as much to plan. What is counted is memory, which does not depend
/// on the machine as time does.
class PlanSizeTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ENV V%d=x",
                "LABEL l%d=x",
                "ARG A%d=x",
                "COPY a /a%d",
                "ENV V%1$d=x\nRUN x%1$d",
                "ARG A%1$d=x\nRUN x%1$d",
                "ENV V%1$d=x\nLABEL l%1$d=x\nARG A%1$d=x\nFROM s%1$d AS s%2$d",
                "COPY a /a%1$d\nFROM s%1$d AS s%2$d"
            })
    void plan_growsWithTheNumberOfLines(String lines) throws Exception {
        allocated(lines, 50); // what is made once
        long some = allocated(lines, 500);
        long twice = allocated(lines, 1000);
        assertThat(twice).isLessThan(some * 5 / 2);
    }

    private long allocated(String lines, int count) throws Exception {
        var text = new StringBuilder("FROM scratch AS s0\n");
        for (int i = 0; i < count; i++) {
            text.append(lines.formatted(i, i + 1)).append('\n');
        }
        var request = bench.request(text.toString(), r -> r);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        var plan = Builder.plan(bench.store(), request);
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(plan).isNotNull();
        return bytes;
    }

    @Test
    void build_ofThousandsOfSteps_needsNoDeepStack() {
        var cancelled = new Cancellation();
        cancelled.cancel();
        var dockerfile = "FROM scratch\n" + "WORKDIR /a\n".repeat(15_000);
        // All steps are looked up before the first is made, which is when it ends.
        assertThatExceptionOfType(BuildCancelledException.class)
                .isThrownBy(() -> bench.build(dockerfile, r -> r.cancellation(cancelled)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FROM s%1$d AS s%2$d\nENV V%1$d=x",
                "FROM scratch AS s%2$d\nCOPY --from=s%1$d /a /",
                "FROM scratch AS s%2$d\nRUN --mount=from=s%1$d,target=/m true",
            })
    void build_ofThousandsOfStages_needsNoDeepStack(String stage) throws Exception {
        int count = 9_000;
        var text = new StringBuilder("FROM scratch AS s0\nCOPY a /a\n");
        for (int i = 0; i < count; i++) {
            text.append(stage.formatted(i, i + 1)).append('\n');
        }
        bench.file("a", "content");
        var plan = Builder.plan(bench.store(), bench.request(text.toString(), r -> r));
        assertThat(plan.steps()).hasSizeGreaterThan(stage.startsWith("FROM s%") ? 0 : count);
        assertThat(plan.targets().getFirst().image()).isNotNull();
        var forecast =
                Forecaster.forecast(
                        bench.store(), bench.request(text.toString(), r -> r), List.of());
        assertThat(forecast.steps()).hasSameSizeAs(plan.steps());
        var cancelled = new Cancellation();
        cancelled.cancel();
        assertThatExceptionOfType(BuildCancelledException.class)
                .isThrownBy(() -> bench.build(text.toString(), r -> r.cancellation(cancelled)));
    }
}
