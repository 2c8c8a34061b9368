package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Ten processes on one store.
class ConcurrentBuildsTest {
    @TempDir Path work;

    @Test
    void tenBuildsOfTheSame_runEachStepOnce() throws Exception {
        Tool.needRoot();
        Slipway slipway = new Slipway(work.resolve("home"));
        slipway.importBusybox(work.resolve("base"));
        Path context = Files.createDirectory(work.resolve("context"));
        // Were the step run twice, two of the images would hold different numbers.
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM base\nRUN sleep 0.3; cat /proc/sys/kernel/random/uuid > /once\n");
        List<Process> builds = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            builds.add(
                    slipway.start(
                            work.resolve("log" + i),
                            "build",
                            "-t",
                            "same" + i,
                            context.toString()));
        }
        for (int i = 0; i < 10; i++) {
            assertThat(builds.get(i).waitFor())
                    .as(Files.readString(work.resolve("log" + i)))
                    .isZero();
        }
        String once = slipway.read("same0", "once");
        assertThat(once).hasSizeGreaterThan(30);
        for (int i = 1; i < 10; i++) {
            assertThat(slipway.read("same" + i, "once")).isEqualTo(once);
        }
    }

    @Test
    void tenDifferentBuilds_allSucceed() throws Exception {
        Tool.needRoot();
        Slipway slipway = new Slipway(work.resolve("home"));
        slipway.importBusybox(work.resolve("base"));
        List<Process> builds = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Path context = Files.createDirectory(work.resolve("context" + i));
            Files.writeString(context.resolve("file"), "file " + i);
            Files.writeString(
                    context.resolve("Dockerfile"),
                    "FROM base\nCOPY file /file\nRUN cp /file /copy\nRUN echo shared > /shared\n");
            builds.add(
                    slipway.start(
                            work.resolve("log" + i), "build", "-t", "own" + i, context.toString()));
        }
        for (int i = 0; i < 10; i++) {
            assertThat(builds.get(i).waitFor())
                    .as(Files.readString(work.resolve("log" + i)))
                    .isZero();
            assertThat(slipway.read("own" + i, "copy")).isEqualTo("file " + i);
        }
        slipway.run("system", "prune", "-f");
        assertThat(slipway.listing("tmp")).isEmpty();
        assertThat(slipway.mounts()).isEmpty();
    }
}
