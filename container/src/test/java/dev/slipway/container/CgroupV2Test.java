package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Limits by control groups of version 2, on a kernel that has no other: a machine that still has
/// version 1 keeps the controllers there. User-mode Linux is such a kernel in a process, on this
/// machine's files, up in a second.
class CgroupV2Test {
    private static final Path KERNEL = Path.of("/usr/bin/linux.uml");
    private static final String INIT =
            """
            #!/bin/sh
            export PATH=/usr/sbin:/usr/bin:/sbin:/bin
            mount -t proc proc /proc
            mount -t sysfs sysfs /sys
            mount -t tmpfs tmpfs /mnt
            mount -t cgroup2 cgroup2 /sys/fs/cgroup
            busybox insmod /usr/lib/uml/modules/$(uname -r)/kernel/fs/overlayfs/overlay.ko
            JAVA -Djava.io.tmpdir=/mnt -XX:-UsePerfData -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp 'CLASSES' 'MAIN' 2>&1
            echo o > /proc/sysrq-trigger
            sleep 60
            """;

    @TempDir Path directory;

    @Test
    void limits_areEnforcedAndForgotten() throws Exception {
        BusyboxRoot.requires(Files.isExecutable(KERNEL), "user-mode-linux");
        Map<String, String> seen = inUserModeLinux();

        assertThat(seen)
                .containsEntry("error", "none")
                .containsEntry("unified", "true")
                .containsEntry("warnings", "[]")
                .containsEntry("group", "0::/slipway/GROUP")
                .containsEntry("memory.max", Long.toString(32 << 20))
                .containsEntry("memory.swap.max", Long.toString(16 << 20))
                .containsEntry("cpu.max", "50000 100000")
                .containsEntry("cpu.weight", "20")
                .containsEntry("pids.max", "5")
                .containsEntry("too many processes", "can't fork")
                .containsEntry("too much memory", "137")
                .containsEntry("left", "false");
    }

    private Map<String, String> inUserModeLinux() throws IOException, InterruptedException {
        Path init = directory.resolve("init");
        Files.writeString(
                init,
                INIT.replace(
                                "JAVA",
                                Path.of(System.getProperty("java.home"), "bin/java").toString())
                        .replace("CLASSES", System.getProperty("java.class.path"))
                        .replace("MAIN", Inside.class.getName()));
        assertThat(init.toFile().setExecutable(true)).isTrue();
        Path out = directory.resolve("out");
        Process kernel =
                new ProcessBuilder(
                                KERNEL.toString(),
                                "mem=768M",
                                "root=/dev/root",
                                "rootfstype=hostfs",
                                "rootflags=/",
                                "ro",
                                "init=" + init,
                                "con=null",
                                "con0=fd:0,fd:1",
                                "quiet")
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(out.toFile())
                        .start();
        if (!kernel.waitFor(100, TimeUnit.SECONDS)) {
            kernel.destroyForcibly();
        }
        Map<String, String> seen = new TreeMap<>();
        String output = Files.readString(out);
        for (String line : output.lines().toList()) {
            int at = line.indexOf('=');
            if (line.startsWith("saw ") && at > 0) {
                seen.put(line.substring(4, at), line.substring(at + 1));
            }
        }
        assertThat(seen).as(output).isNotEmpty();
        return seen;
    }

    /// What runs there.
    static final class Inside {
        private static final Resources FEW =
                new Resources(32L << 20, 48L << 20, 50_000, 100_000, 512, "", "", 5);

        private final BusyboxRoot root;

        private Inside(BusyboxRoot root) {
            this.root = root;
        }

        public static void main(String[] arguments) throws Exception {
            try {
                new Inside(new BusyboxRoot(Files.createDirectories(Path.of("/mnt/root")))).look();
                saw("error", "none");
            } catch (Exception | AssertionError e) {
                e.printStackTrace(System.out);
                saw("error", e.toString());
            }
        }

        private static void saw(String what, String value) {
            System.out.println("saw " + what + "=" + value.strip());
        }

        private void look() throws Exception {
            saw("unified", Boolean.toString(CgroupVersion.unified()));
            Capture output = new Capture();
            try (RunningContainer container = start("echo up; sleep 1000", output)) {
                output.await("up");
                saw("warnings", container.warnings().toString());
                String group = Files.readString(Path.of("/proc/" + container.pid() + "/cgroup"));
                String own = group.strip().substring("0::/slipway/".length());
                saw("group", group.replace(own, "GROUP"));
                Path directory = Path.of("/sys/fs/cgroup/slipway", own);
                for (String file :
                        List.of(
                                "memory.max",
                                "memory.swap.max",
                                "cpu.max",
                                "cpu.weight",
                                "pids.max")) {
                    Path limit = directory.resolve(file);
                    saw(file, Files.exists(limit) ? Files.readString(limit) : "missing");
                }
            }
            String eight = "(for i in 1 2 3 4 5 6 7 8; do sleep 0.2 & done) 2>&1; wait";
            String text = run(eight);
            saw("too many processes", text.contains("can't fork") ? "can't fork" : text);
            String code = run("tail /dev/zero; echo $?");
            saw("too much memory", code.contains("137") ? "137" : code);
            saw("left", Boolean.toString(Files.exists(Path.of("/sys/fs/cgroup/slipway"))));
        }

        private String run(String script) throws Exception {
            Capture output = new Capture();
            try (RunningContainer container = start(script, output)) {
                container.waitFor();
                return output.text();
            }
        }

        private RunningContainer start(String script, Capture output) throws Exception {
            ContainerSpec spec =
                    ContainerSpec.builder(root.overlay(), List.of("sh", "-c", script))
                            .env(List.of("PATH=/bin"))
                            .resources(FEW)
                            .build();
            return Runtimes.named("embedded")
                    .start(spec, new ContainerIo.Streams(null, output, output));
        }
    }
}
