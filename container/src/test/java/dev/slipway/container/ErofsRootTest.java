package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Lower;
import dev.slipway.linux.Host;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Containers on layers that are mounted from files, whichever runtime made them.
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"embedded", "runc", "crun"})
class ErofsRootTest {
    @Parameter String name = "";
    @TempDir Path directory;
    private BusyboxRoot root = BusyboxRoot.NONE;

    @BeforeEach
    void prepare() throws Exception {
        BusyboxRoot.requires(Host.uid() == 0, "root");
        boolean installed =
                name.equals("embedded")
                        || Files.exists(Path.of("/usr/bin", name))
                        || Files.exists(Path.of("/usr/sbin", name));
        BusyboxRoot.requires(installed, name);
        root = new BusyboxRoot(directory);
    }

    private String run(RootFs rootFs, List<MountSpec> mounts, String script) throws Exception {
        ContainerSpec spec =
                ContainerSpec.builder(rootFs, List.of("sh", "-c", script))
                        .env(List.of("PATH=/bin"))
                        .mounts(mounts)
                        .build();
        Capture output = new Capture();
        try (RunningContainer container =
                Runtimes.named(name).start(spec, new ContainerIo.Streams(null, output, output))) {
            assertThat(container.waitFor()).as(output.text()).isZero();
        }
        return output.text().strip();
    }

    @Test
    void changes_goToTheUpperDirectory() throws Exception {
        Files.writeString(root.lower.resolve("etc/gone"), "");
        Files.writeString(root.lower.resolve("etc/longer"), "one\n");
        String found =
                run(
                        root.erofsOverlay(),
                        List.of(),
                        "rm /etc/gone; echo two >> /etc/longer; cat /etc/longer");
        assertThat(found).isEqualTo("one\ntwo");
        assertThat(root.changes()).containsExactly("etc", "etc/gone", "etc/longer");
        assertThat(root.upper.resolve("etc/longer")).hasContent("one\ntwo");
    }

    /// What stays on one file system, as `cp -x` does, must see all layers as one.
    @Test
    void files_areOfOneDevice() throws Exception {
        Path other = Files.createDirectories(directory.resolve("other"));
        Files.writeString(other.resolve("etc-of-another"), "");
        Files.createDirectories(other.resolve("etc"));
        Files.writeString(other.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
        RootFs both =
                RootFs.scratch(
                        List.of(new Lower.Directory(other), root.erofs()), root.upper, root.work);
        String found =
                run(
                        both,
                        List.of(),
                        "echo > /new; stat -c %d / /bin /bin/busybox /etc /etc/passwd"
                                + " /etc-of-another /tmp /new");
        assertThat(found.lines().distinct()).hasSize(1);
    }

    @Test
    void withoutUpper_andAsAMount_itIsSeenAndForgotten() throws Exception {
        Lower lower = root.erofs();
        MountSpec mount =
                new MountSpec.Tree(
                        RootFs.view(List.of(lower)), RawPath.of("etc"), "/mnt/etc", false);
        String found =
                run(
                        RootFs.view(List.of(lower)),
                        List.of(mount),
                        "echo more >> /mnt/etc/passwd; echo x > /x; cat /mnt/etc/passwd");
        assertThat(found).isEqualTo("root:x:0:0::/root:/bin/sh\nmore");
        String after =
                run(
                        RootFs.view(List.of(lower)),
                        List.of(),
                        "test ! -e /x && test ! -e /mnt && cat /etc/passwd");
        assertThat(after).isEqualTo("root:x:0:0::/root:/bin/sh");
    }

    @Test
    void host_seesNoMountOfIt() throws Exception {
        assertThat(run(root.erofsOverlay(), List.of(), "grep -c erofs /proc/mounts; true"))
                .isEqualTo("0");
        assertThat(Files.readString(Path.of("/proc/self/mounts")))
                .doesNotContain("erofs")
                .doesNotContain(directory.toString());
    }
}
