package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// A store on a file system that fills up.
class DiskFullTest {
    @TempDir Path work;

    @Test
    void build_onFullDisk_saysSoAndLeavesTheStoreWhole() throws Exception {
        Tool.needRoot();
        Path home = Files.createDirectory(work.resolve("small"));
        Tool.run(Map.of(), "mount", "-t", "tmpfs", "-o", "size=24m", "none", home.toString());
        try (AutoCloseable _ = () -> Tool.run(Map.of(), "umount", home.toString())) {
            Slipway slipway = new Slipway(home);
            slipway.importBusybox(work.resolve("base"));
            Path context = Files.createDirectory(work.resolve("context"));
            Files.write(context.resolve("big"), new byte[40 << 20]);
            for (String tooMuch :
                    new String[] {"COPY big /big", "RUN dd if=/dev/zero of=/big bs=1M count=40"}) {
                Files.writeString(context.resolve("Dockerfile"), "FROM base\n" + tooMuch + "\n");
                Tool.Outcome outcome = slipway.outcome("build", "-t", "full", context.toString());
                assertThat(outcome.code()).as(outcome.output()).isEqualTo(1);
                assertThat(outcome.output()).containsIgnoringCase("no space left");
                assertThat(slipway.listing("tmp")).as("temporaries left by " + tooMuch).isEmpty();
            }
            Files.writeString(context.resolve("Dockerfile"), "FROM base\nRUN echo fits > /small\n");
            slipway.run("build", "-t", "small", context.toString());
            assertThat(slipway.read("small", "small")).isEqualTo("fits\n");
        }
    }
}
