package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.linux.Host;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What is made for a container before it is known.
class SandboxThreadTest {
    private static final String SHM = "grep /dev/shm /proc/mounts; ";
    private static final String NAMESPACES =
            "for n in mnt pid ipc uts net; do readlink /proc/self/ns/$n; done";

    private static final Path OWN = Path.of("/proc/self/ns");

    @TempDir Path directory;
    private Runtime runtime = Runtimes.embedded();
    private int containers;

    @BeforeEach
    void privileges() throws ContainerException {
        BusyboxRoot.requires(Host.uid() == 0, "root");
        runtime = Runtimes.reusing("");
    }

    @AfterEach
    void close() throws InterruptedException {
        runtime.close();
        for (Thread thread : waiting()) {
            thread.join();
        }
    }

    private List<String> run(String script, long shmSizeBytes) throws Exception {
        BusyboxRoot root = new BusyboxRoot(directory.resolve("c" + containers++));
        ContainerSpec spec =
                ContainerSpec.builder(root.overlay(), List.of("/bin/sh", "-c", script))
                        .env(List.of("PATH=/bin"))
                        .hostname("given")
                        .shmSizeBytes(shmSizeBytes)
                        .network(NetworkMode.NONE)
                        .build();
        Capture output = new Capture();
        try (RunningContainer container =
                runtime.start(spec, new ContainerIo.Streams(null, output, output))) {
            assertThat(container.waitFor()).as(output.text()).isZero();
        }
        return output.text().lines().toList();
    }

    private static List<Thread> waiting() {
        var threads = new ArrayList<Thread>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("slipway-container")) {
                threads.add(thread);
            }
        }
        return threads;
    }

    @Test
    void expected_isUsed_onceOnly_andIsAContainerAsAnyOther() throws Exception {
        runtime.expect(NetworkMode.NONE, 0);
        List<Thread> made = waiting();
        assertThat(made).hasSize(1);
        List<String> first = run("hostname; touch /dev/left /dev/shm/left; " + NAMESPACES, 0);
        made.getFirst().join();
        assertThat(first.getFirst()).isEqualTo("given");
        for (String kind : List.of("mnt", "pid", "ipc", "uts", "net")) {
            assertThat(first).doesNotContain(Files.readSymbolicLink(OWN.resolve(kind)).toString());
        }

        runtime.expect(NetworkMode.NONE, 0);
        List<String> second = run("hostname; ls -d /dev/left /dev/shm/left 2>&1 || true", 0);
        assertThat(second)
                .containsSequence(
                        "given",
                        "ls: /dev/left: No such file or directory",
                        "ls: /dev/shm/left: No such file or directory");
    }

    @Test
    void expected_ofAnotherShape_isNotUsed() throws Exception {
        runtime.expect(NetworkMode.HOST, 0);
        runtime.expect(NetworkMode.NONE, 0);
        assertThat(run(SHM + "ls /sys/class/net", 1 << 20))
                .anyMatch(line -> line.contains("size=1024k"))
                .endsWith("lo");
        assertThat(waiting()).hasSize(2);
    }

    @Test
    void notUsed_itIsGone_onceTheRuntimeIsClosed() throws Exception {
        runtime.expect(NetworkMode.NONE, 0);
        List<Thread> made = waiting();
        runtime.close();
        for (Thread thread : made) {
            thread.join();
        }
        runtime.expect(NetworkMode.NONE, 0);
        assertThat(waiting()).isEmpty();
    }
}
