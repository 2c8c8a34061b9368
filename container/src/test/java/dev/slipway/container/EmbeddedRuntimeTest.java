package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.linux.Host;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class EmbeddedRuntimeTest {
    @TempDir Path directory;

    @BeforeEach
    void privileges() {
        BusyboxRoot.requires(Host.uid() == 0, "root");
    }

    @Test
    void start_manyAtOnceFromVirtualThreads_noThreadEntersTheirNamespaces() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> outputs = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Path own = Files.createDirectory(directory.resolve("c" + i));
                String text = "I am " + i;
                outputs.add(threads.submit(() -> echo(own, text)));
            }
            for (int i = 0; i < outputs.size(); i++) {
                assertThat(outputs.get(i).get()).isEqualTo("I am " + i + "\n");
            }
        }
        // A thread has ended for Java a little before it has for the kernel.
        long end = System.nanoTime() + 10_000_000_000L;
        while (namespacesOfThreads("mnt").size() > 1 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(namespacesOfThreads("mnt")).hasSize(1);
        assertThat(namespacesOfThreads("net")).hasSize(1);
    }

    private static String echo(Path directory, String text) throws Exception {
        BusyboxRoot root = new BusyboxRoot(directory);
        ContainerSpec spec =
                ContainerSpec.builder(root.overlay(), List.of("echo", text))
                        .env(List.of("PATH=/bin"))
                        .network(NetworkMode.NONE)
                        .build();
        Capture output = new Capture();
        try (RunningContainer container =
                Runtimes.embedded().start(spec, new ContainerIo.Streams(null, output, output))) {
            assertThat(container.waitFor()).isZero();
        }
        return output.text();
    }

    private static List<String> namespacesOfThreads(String kind) throws Exception {
        List<String> found = new ArrayList<>();
        try (var threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                try {
                    String namespace =
                            Files.readSymbolicLink(thread.resolve("ns/" + kind)).toString();
                    if (!found.contains(namespace)) {
                        found.add(namespace);
                    }
                } catch (NoSuchFileException e) {
                    // It has ended meanwhile.
                }
            }
        }
        return found;
    }

    @Test
    void program_beforeTheCommand_isNoFileOfTheHost() throws Exception { // CVE-2019-5736
        BusyboxRoot root = new BusyboxRoot(directory);
        Path trap = root.lower.resolve("bin/trap");
        Files.writeString(trap, "#!/proc/self/exe\n");
        assertThat(trap.toFile().setExecutable(true, false)).isTrue();
        ContainerSpec spec =
                ContainerSpec.builder(root.overlay(), List.of("/bin/trap"))
                        .env(List.of("PATH=/bin"))
                        .build();
        Capture output = new Capture();
        try (RunningContainer container =
                Runtimes.embedded().start(spec, new ContainerIo.Streams(null, output, output))) {
            // The program in sealed memory ran again, and found itself where none of its steps
            // works.
            assertThat(container.waitFor()).isNotZero();
        } catch (ContainerException e) {
            assertThat(e.reason()).isNotEqualTo(ContainerException.Reason.UNSUPPORTED);
        }
    }
}
