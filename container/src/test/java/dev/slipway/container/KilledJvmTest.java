package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.linux.Host;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A JVM that is killed leaves no process and no mount of its containers.
class KilledJvmTest {
    @TempDir Path directory;

    /// Runs in a JVM of its own: starts a container with a child that would live on, and tells its
    /// pid.
    static final class Victim {
        public static void main(String[] args) throws Exception {
            BusyboxRoot root = new BusyboxRoot(Path.of(args[0]));
            ContainerSpec spec =
                    ContainerSpec.builder(
                                    root.overlay(),
                                    List.of("sh", "-c", "sleep 987 & echo up; sleep 987"))
                            .env(List.of("PATH=/bin"))
                            .user(new UserIds(1000, 1000, List.of(1000), "/"))
                            .init(args[1].equals("init"))
                            .build();
            Capture output = new Capture();
            RunningContainer container =
                    Runtimes.embedded().start(spec, new ContainerIo.Streams(null, output, output));
            output.await("up");
            System.out.println(container.pid());
            container.waitFor();
        }
    }

    @Test
    void kill9_leavesNothing() throws Exception {
        leavesNothing("plain");
    }

    @Test
    void kill9_withInit_leavesNothing() throws Exception {
        leavesNothing("init");
    }

    private void leavesNothing(String kind) throws Exception {
        BusyboxRoot.requires(Host.uid() == 0, "root");
        Process jvm =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Victim.class.getName(),
                                directory.toString(),
                                kind)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        int pid;
        try (BufferedReader output =
                new BufferedReader(
                        new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            pid = Integer.parseInt(output.readLine());
        }
        ProcessHandle first = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> others = first.children().toList();
        assertThat(others).isNotEmpty();
        assertThat(Files.readString(Path.of("/proc/" + pid + "/mounts"))).contains("overlay / ");

        jvm.destroyForcibly().waitFor();

        first.onExit().get(10, TimeUnit.SECONDS);
        for (ProcessHandle other : others) {
            other.onExit().get(10, TimeUnit.SECONDS);
        }
        assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                .doesNotContain(directory.toString());
    }
}
