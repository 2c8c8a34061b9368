package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Ctrl-C while a registry keeps a transfer waiting.
class InterruptTest {
    private static final int IMAGE_BYTES = 4 << 20;

    /// The command is over well before any timeout of the network.
    private static final int PATIENCE_SECONDS = 10;

    @TempDir private Path work;
    private StallingRegistry registry;
    private Path context;
    private String name;

    @BeforeEach
    void start() throws Exception {
        registry = new StallingRegistry();
        name = registry.host() + "/team/app:1";
        context = Files.createDirectory(work.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY data /data\n");
        byte[] data = new byte[IMAGE_BYTES];
        new Random(7).nextBytes(data);
        Files.write(context.resolve("data"), data);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    /// Starts a command, and interrupts it in the middle of a blob.
    private void interrupt(Slipway slipway, boolean pulls, String... arguments) throws Exception {
        registry.stall();
        Path log = work.resolve("log");
        Process process = slipway.start(log, arguments);
        try {
            assertThat(registry.hasStalled()).as(Files.readString(log)).isTrue();
            // What the registry sent takes a moment to get to the disk.
            while (pulls && partBytes(slipway) == 0) {
                assertThat(process.waitFor(10, TimeUnit.MILLISECONDS)).isFalse();
            }
            Tool.shell(work, "kill -INT " + process.pid());
            boolean over = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(over).as("over in time: " + Files.readString(log)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isEqualTo(130);
        } finally {
            process.destroyForcibly();
        }
        registry.behave();
        assertThat(slipway.listing("tmp")).isEmpty();
        assertThat(slipway.listing("leases")).isEmpty();
    }

    private static List<Path> parts(Slipway slipway) throws IOException {
        Path directory = slipway.home().resolve("partial");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static long partBytes(Slipway slipway) throws IOException {
        long sum = 0;
        for (Path each : parts(slipway)) {
            sum += Files.size(each);
        }
        return sum;
    }

    /// An image in the registry, and a machine that has nothing of it.
    private Slipway withImageInTheRegistry() {
        Slipway maker = new Slipway(work.resolve("maker"));
        maker.run("build", "-q", "-t", name, context.toString());
        maker.run("push", "-q", name);
        return new Slipway(work.resolve("home"));
    }

    private void checkResumed(Slipway slipway, String... arguments) throws Exception {
        assertThat(parts(slipway)).hasSize(1);
        long kept = partBytes(slipway);
        assertThat(kept).isBetween(1L, (long) IMAGE_BYTES);
        assertThat(slipway.run("images", "-q")).isEmpty();
        slipway.run(arguments);
        assertThat(registry.requests().toString()).contains("bytes=" + kept + "-");
        assertThat(parts(slipway)).isEmpty();
        assertThat(slipway.has(name, "data")).isTrue();
    }

    @Test
    void pull_interrupted_goesOnLater() throws Exception {
        Slipway slipway = withImageInTheRegistry();
        interrupt(slipway, true, "pull", name);
        checkResumed(slipway, "pull", name);
    }

    @Test
    void build_interruptedWhileItPullsItsBase_goesOnLater() throws Exception {
        Slipway slipway = withImageInTheRegistry();
        Files.writeString(context.resolve("Dockerfile"), "FROM " + name + "\nCOPY data /more\n");
        interrupt(slipway, true, "build", "-t", "app", context.toString());
        assertThat(Files.readString(work.resolve("log"))).contains("the build was canceled");
        checkResumed(slipway, "build", "-t", "app", context.toString());
    }

    @Test
    void push_interrupted_isDoneLater() throws Exception {
        Slipway slipway = new Slipway(work.resolve("home"));
        slipway.run("build", "-q", "-t", name, context.toString());
        interrupt(slipway, false, "push", name);
        assertThat(registry.requests()).noneMatch(each -> each.startsWith("PUT /v2/team/app/man"));
        slipway.run("push", name);
        new Slipway(work.resolve("other")).run("pull", name);
    }

    @Test
    void build_interruptedWhileItPushesEarly_isDoneLater() throws Exception {
        interruptPushingBuild("--push", "-t", name, context.toString());
    }

    @Test
    void build_interruptedInItsLastPush_isDoneLater() throws Exception {
        // Layers that are compressed anew are not sent before the end.
        interruptPushingBuild(
                "--output",
                "type=image,push=true,force-compression=true,name=" + name,
                context.toString());
    }

    private void interruptPushingBuild(String... arguments) throws Exception {
        Slipway slipway = new Slipway(work.resolve("home"));
        String[] line =
                Stream.concat(Stream.of("build"), Stream.of(arguments)).toArray(String[]::new);
        interrupt(slipway, false, line);
        assertThat(Files.readString(work.resolve("log"))).contains("the build was canceled");
        assertThat(registry.requests()).noneMatch(each -> each.startsWith("PUT /v2/team/app/man"));
        slipway.run(line);
        new Slipway(work.resolve("other")).run("pull", name);
    }

    @Test
    void build_interruptedWhileItWritesItsCache_ends() throws Exception {
        Slipway slipway = new Slipway(work.resolve("home"));
        interrupt(
                slipway,
                false,
                "build",
                "--cache-to",
                "type=registry,mode=max,ref=" + registry.host() + "/cache:main",
                "-t",
                name,
                context.toString());
        assertThat(registry.requests()).noneMatch(each -> each.startsWith("PUT /v2/cache/man"));
    }
}
