package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.image.Lower;
import dev.slipway.linux.Host;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// What a process in a container sees, may do and cannot reach, whichever runtime made it.
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"embedded", "runc", "crun", "embedded, EROFS"})
class RuntimeConformanceTest {
    @Parameter String name = "";
    @TempDir Path directory;
    private BusyboxRoot root = BusyboxRoot.NONE;
    private Runtime runtime = Runtimes.embedded();
    private boolean erofs;

    @BeforeEach
    void prepare() throws Exception {
        BusyboxRoot.requires(Host.uid() == 0, "root");
        String[] words = name.split(", ", -1);
        name = words[0];
        erofs = words.length > 1;
        boolean installed =
                name.equals("embedded")
                        || Files.exists(Path.of("/usr/bin", name))
                        || Files.exists(Path.of("/usr/sbin", name));
        BusyboxRoot.requires(installed, name);
        runtime = Runtimes.named(name);
        root = new BusyboxRoot(directory);
    }

    private RootFs overlay() throws Exception {
        return erofs ? root.erofsOverlay() : root.overlay();
    }

    private record Result(int exitCode, String output, List<String> warnings) {
        String text() {
            assertThat(exitCode).as(output).isZero();
            return output.strip();
        }

        List<String> lines() {
            return text().lines().toList();
        }
    }

    private Result run(String script) throws Exception {
        return run(script, spec -> spec);
    }

    private Result run(String script, UnaryOperator<ContainerSpec.Builder> change)
            throws Exception {
        return run(List.of("sh", "-c", script), change, null);
    }

    private Result run(
            List<String> args,
            UnaryOperator<ContainerSpec.Builder> change,
            @Nullable InputStream stdin)
            throws Exception {
        ContainerSpec spec =
                change.apply(
                                ContainerSpec.builder(overlay(), args)
                                        .env(List.of("PATH=/bin", "HOME=/root")))
                        .build();
        Capture output = new Capture();
        try (RunningContainer container =
                runtime.start(spec, new ContainerIo.Streams(stdin, output, output))) {
            int exitCode = container.waitFor();
            return new Result(exitCode, output.text(), container.warnings());
        }
    }

    @Test
    void process_isTheFirstOfItsNamespace() throws Exception {
        assertThat(run("echo $$; ls -d /proc/[0-9]* | wc -l").lines().getFirst()).isEqualTo("1");
    }

    @Test
    void exitCode_isTheCommands() throws Exception {
        assertThat(run("exit 42").exitCode).isEqualTo(42);
        assertThat(run("true").exitCode).isZero();
    }

    @Test
    void exitCode_ofSignal() throws Exception {
        // Process 1 cannot kill itself, so a child of it dies and the shell says how.
        assertThat(run("sh -c 'kill -KILL $$'; exit $?").exitCode).isEqualTo(137);
    }

    @Test
    void signal_endsTheProcess() throws Exception {
        ContainerSpec spec =
                ContainerSpec.builder(
                                overlay(),
                                List.of(
                                        "sh",
                                        "-c",
                                        "trap 'exit 5' TERM; echo up; while :; do sleep 0.01;"
                                                + " done"))
                        .env(List.of("PATH=/bin"))
                        .build();
        Capture output = new Capture();
        try (RunningContainer container =
                runtime.start(spec, new ContainerIo.Streams(null, output, output))) {
            output.await("up");
            container.signal(15);
            assertThat(container.waitFor()).isEqualTo(5);
        }
    }

    @Test
    void close_running_killsIt() throws Exception {
        ContainerSpec spec =
                ContainerSpec.builder(overlay(), List.of("sleep", "1000"))
                        .env(List.of("PATH=/bin"))
                        .build();
        var none = java.io.OutputStream.nullOutputStream();
        RunningContainer container = runtime.start(spec, new ContainerIo.Streams(null, none, none));
        int pid = container.pid();
        assertThat(Path.of("/proc/" + pid)).exists();

        container.close();
        container.close();

        assertThat(Path.of("/proc/" + pid)).doesNotExist();
        assertThat(container.waitFor()).isEqualTo(137);
    }

    @Test
    void command_missing_isTold() {
        for (String command : List.of("nosuch", "/bin/nosuch")) {
            var thrown = failure(List.of(command), spec -> spec);
            assertThat(thrown.reason()).isEqualTo(ContainerException.Reason.COMMAND_NOT_FOUND);
            assertThat(thrown.exitCode()).isEqualTo(127);
            assertThat(thrown).hasMessageContaining("nosuch");
        }
    }

    @Test
    void command_notExecutable_isTold() throws Exception {
        Files.writeString(root.lower.resolve("etc/text"), "no program");
        var thrown = failure(List.of("/etc/text"), spec -> spec);
        assertThat(thrown.reason()).isEqualTo(ContainerException.Reason.COMMAND_NOT_EXECUTABLE);
        assertThat(thrown.exitCode()).isEqualTo(126);
    }

    @Test
    void command_withoutInterpreter_isTold() throws Exception {
        Path script = root.lower.resolve("etc/script");
        Files.writeString(script, "#!/bin/nosuch\n");
        script.toFile().setExecutable(true, false);
        if (name.equals("embedded")) {
            assertThat(failure(List.of("/etc/script"), spec -> spec).exitCode()).isEqualTo(127);
        } else { // these find out when the container has started
            assertThat(run(List.of("/etc/script"), spec -> spec, null).exitCode).isNotZero();
        }
    }

    private ContainerException failure(
            List<String> args, UnaryOperator<ContainerSpec.Builder> change) {
        return catchThrowableOfType(ContainerException.class, () -> run(args, change, null));
    }

    @Test
    void environment_isExactlyWhatIsGiven() throws Exception {
        assertThat(
                        run(
                                        List.of("env"),
                                        spec ->
                                                spec.env(
                                                        List.of(
                                                                "PATH=/bin",
                                                                "HOME=/h",
                                                                "A=x y",
                                                                "U=ü")),
                                        null)
                                .lines())
                .containsExactlyInAnyOrder("PATH=/bin", "HOME=/h", "A=x y", "U=ü");
    }

    @Test
    void workingDirectory_isUsedAndMade() throws Exception {
        assertThat(run("pwd", spec -> spec.cwd("/home/app")).text()).isEqualTo("/home/app");
        assertThat(run("pwd", spec -> spec.cwd("/new/place")).text()).isEqualTo("/new/place");
    }

    @Test
    void workingDirectory_descriptorOfHost_isRefused() throws Exception { // CVE-2024-21626
        for (int fd = 3; fd < 12; fd++) {
            String cwd = "/proc/self/fd/" + fd;
            try {
                Result result = run("pwd; ls ../../../../etc/shadow", spec -> spec.cwd(cwd));
                assertThat(result.exitCode).as(cwd + ": " + result.output).isNotZero();
            } catch (ContainerException e) {
                assertThat(e).hasMessageNotContaining("exec"); // refused: as it should be
            }
        }
    }

    @Test
    void user_hasItsIdsAndNoCapabilities() throws Exception {
        UserIds app = new UserIds(1000, 1001, List.of(1001, 29), "/home/app");
        List<String> lines =
                run(
                                "id -u; id -g; id -G; grep -E 'Cap(Prm|Eff|Inh|Amb)'"
                                        + " /proc/self/status",
                                spec -> spec.user(app))
                        .lines();
        assertThat(lines.subList(0, 3)).containsExactly("1000", "1001", "1001 29");
        assertThat(lines.subList(3, 7)).allMatch(line -> line.endsWith("\t0000000000000000"));
    }

    @Test
    void user_mayOpenItsStreamsAgain() throws Exception {
        UserIds app = new UserIds(1000, 1001, List.of(1001), "/home/app");
        assertThat(
                        run(
                                        "echo again > /dev/stdout; echo too > /dev/stderr",
                                        spec -> spec.user(app))
                                .lines())
                .containsExactlyInAnyOrder("again", "too");
    }

    @Test
    void capabilities_ofRoot_areDockers() throws Exception {
        List<String> lines = run("grep ^Cap /proc/self/status").lines();
        assertThat(lines)
                .containsExactly(
                        "CapInh:\t0000000000000000",
                        "CapPrm:\t00000000a80425fb",
                        "CapEff:\t00000000a80425fb",
                        "CapBnd:\t00000000a80425fb",
                        "CapAmb:\t0000000000000000");
    }

    @Test
    void capabilities_addedAndDropped() throws Exception {
        String eff = "grep CapEff /proc/self/status";
        assertThat(run(eff, s -> s.capDrop(Set.of("ALL")).capAdd(Set.of("CAP_CHOWN"))).text())
                .isEqualTo("CapEff:\t0000000000000001");
        assertThat(run(eff, s -> s.capDrop(Set.of("mknod")).capAdd(Set.of("NET_ADMIN"))).text())
                .isEqualTo("CapEff:\t00000000a00435fb");
        assertThat(failure(List.of("true"), s -> s.capAdd(Set.of("NO_SUCH"))).reason())
                .isEqualTo(ContainerException.Reason.INVALID_SPEC);
    }

    @Test
    void seccomp_isFilteringAndNoNewPrivilegesAsAsked() throws Exception {
        String status = "grep -E '^(Seccomp|NoNewPrivs):' /proc/self/status";
        assertThat(run(status).lines()).containsExactly("NoNewPrivs:\t0", "Seccomp:\t2");
        assertThat(run(status, s -> s.noNewPrivileges(true)).lines())
                .containsExactly("NoNewPrivs:\t1", "Seccomp:\t2");
        assertThat(run(status, s -> s.seccomp(false)).lines())
                .containsExactly("NoNewPrivs:\t0", "Seccomp:\t0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount -t tmpfs none /tmp",
                "mount -o remount,rw /proc/sys",
                "umount /proc/kcore",
                "unshare -U true",
                "unshare -m true",
                "reboot -f",
                "hostname other",
                "echo 1 > /proc/sys/kernel/panic",
                "echo h > /proc/sysrq-trigger",
                "mkdir /sys/fs/cgroup/x",
                "mknod /tmp/disk b 254 0 && cat /tmp/disk",
                "mknod /dev/disk b 254 0 && cat /dev/disk",
                "head -c 1 /proc/kcore | grep -q .",
                "ls /sys/firmware/* 2>/dev/null | grep -q .",
            })
    void privileges_beyondTheContainer_areDenied(String script) throws Exception {
        Result result = run(script + " 2>&1");
        assertThat(result.exitCode).as(result.output).isNotZero();
    }

    @Test
    void device_thatWasAskedFor_canBeOpened() throws Exception {
        BusyboxRoot.requires(Files.exists(Path.of("/dev/fuse")), "/dev/fuse");
        var fuse = new Device("/dev/fuse", "/dev/given/fuse", "rw");
        assertThat(
                        run("exec 3<>/dev/given/fuse && echo opened", s -> s.devices(List.of(fuse)))
                                .text())
                .isEqualTo("opened");
    }

    @Test
    void cgroupParent_holdsTheContainersGroup() throws Exception {
        String parent = "slipway-parent-" + ProcessHandle.current().pid();
        ContainerSpec spec =
                ContainerSpec.builder(overlay(), List.of("sh", "-c", "echo up; sleep 1000"))
                        .env(List.of("PATH=/bin"))
                        .cgroupParent(parent + "//inner/")
                        .build();
        Path group = Path.of("/sys/fs/cgroup");
        Capture output = new Capture();
        try (RunningContainer container =
                runtime.start(spec, new ContainerIo.Streams(null, output, output))) {
            output.await("up");
            assertThat(Files.readString(Path.of("/proc/" + container.pid() + "/cgroup")))
                    .contains("/" + parent + "/inner/");
        }
        try (var hierarchies = Files.newDirectoryStream(group)) {
            for (Path hierarchy : hierarchies) {
                Path made = hierarchy.resolve(parent);
                if (name.equals("embedded")) {
                    assertThat(made).doesNotExist();
                }
                // The other runtimes leave the groups above the container's own.
                Files.deleteIfExists(made.resolve("inner"));
                Files.deleteIfExists(made);
            }
        }
        Files.deleteIfExists(group.resolve(parent).resolve("inner"));
        Files.deleteIfExists(group.resolve(parent));
    }

    @Test
    void cgroupParent_leadingOut_isRefused() {
        var builder = ContainerSpec.builder(root.overlay(), List.of("true"));
        assertThat(
                        catchThrowableOfType(
                                IllegalArgumentException.class,
                                () -> builder.cgroupParent("/a/../../b")))
                .hasMessageContaining("/a/../../b");
    }

    @Test
    void devices_areTheStandardOnes() throws Exception {
        assertThat(run("ls -1 /dev").lines())
                .contains(
                        "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr",
                        "stdin", "stdout", "tty", "urandom", "zero")
                .doesNotContain("vda", "kmsg", "mem", "fuse");
        assertThat(
                        run("echo x > /dev/null; head -c 2 /dev/zero | od -An -tx1; stat -c %a"
                                        + " /dev/null /dev/shm")
                                .lines())
                .containsExactly("00 00", "666", "1777");
    }

    @Test
    void mounts_ofTheHost_doNotShow() throws Exception {
        List<String> mounts = run("cat /proc/mounts").lines();
        assertThat(mounts.getFirst()).contains(" / overlay rw");
        assertThat(mounts).anyMatch(m -> m.contains(" /proc proc rw,nosuid,nodev,noexec"));
        assertThat(mounts).anyMatch(m -> m.contains(" /sys sysfs ro,nosuid,nodev,noexec"));
        assertThat(mounts).anyMatch(m -> m.contains(" /dev/pts devpts"));
        assertThat(mounts)
                .anyMatch(m -> m.contains(" /dev/shm tmpfs") && m.contains("size=65536k"));
        assertThat(mounts).noneMatch(m -> m.contains("ext4 rw") && m.contains(" / "));
    }

    @Test
    void masked_pathsAreEmpty() throws Exception {
        assertThat(
                        run("for f in kcore keys timer_list; do test -e /proc/$f && cat /proc/$f;"
                                        + " done; ls /proc/acpi /proc/scsi 2>/dev/null | grep -v : ; ls"
                                        + " /sys/firmware")
                                .text())
                .isEmpty();
        for (String path : List.of("bus", "fs", "irq", "sys")) {
            assertThat(run("touch /proc/" + path + "/x 2>&1").exitCode).isNotZero();
        }
    }

    @Test
    void hostname_isItsOwn() throws Exception {
        assertThat(run("hostname; cat /etc/hostname", s -> s.hostname("box")).lines())
                .containsExactly("box", "box");
    }

    @Test
    void hosts_knowTheExtraOnes() throws Exception {
        var hosts = new LinkedHashMap<String, String>();
        hosts.put("db", "10.1.2.3");
        assertThat(run("cat /etc/hosts", s -> s.extraHosts(hosts)).lines())
                .contains("10.1.2.3\tdb")
                .anyMatch(line -> line.startsWith("127.0.0.1\tlocalhost"));
    }

    @Test
    void network_none_hasLoopbackOnly() throws Exception {
        assertThat(
                        run(
                                        "ls /sys/class/net; ip addr show lo | grep -c 'inet"
                                                + " 127.0.0.1'",
                                        s -> s.network(NetworkMode.NONE))
                                .lines())
                .containsExactly("lo", "1");
    }

    @Test
    void network_host_isTheHosts() throws Exception {
        String host = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        assertThat(run("readlink /proc/self/ns/net").text()).isEqualTo(host);
    }

    @Test
    void root_readOnly_cannotBeWritten() throws Exception {
        assertThat(
                        run(
                                        "touch /x 2>&1; touch /etc/hosts 2>&1; touch /dev/shm/ok &&"
                                                + " echo ok",
                                        s -> s.readOnlyRoot(true))
                                .lines())
                .hasSize(3)
                .last()
                .isEqualTo("ok");
    }

    @Test
    void changes_goToTheUpperDirectoryAlone() throws Exception {
        run("echo new > /tmp/new; rm /etc/passwd").text();
        assertThat(root.changes()).contains("tmp", "tmp/new", "etc", "etc/passwd");
        assertThat(root.lower.resolve("etc/passwd")).exists();
        assertThat(root.lower.resolve("tmp/new")).doesNotExist();
    }

    @Test
    void stubs_ofMounts_areTakenAwayAndTimesKept() throws Exception {
        Path etc = root.lower.resolve("etc");
        FileTime old = FileTime.from(Instant.parse("2020-01-02T03:04:05Z"));
        for (Path path : List.of(etc, root.lower, root.lower.resolve("home"), root.upper)) {
            Files.setLastModifiedTime(path, old);
        }
        Files.delete(root.lower.resolve("sys"));
        Files.setLastModifiedTime(root.lower, old);
        MountSpec secret = file("/run/secrets/key", "s3cret");
        MountSpec deep = new MountSpec.Tmpfs("/home/x/y", 0, 0755, List.of());

        run("cat /run/secrets/key; touch /home/x/y/z", s -> s.mounts(List.of(secret, deep))).text();

        assertThat(root.changes()).isSubsetOf("etc", "home");
        assertThat(Files.getLastModifiedTime(root.upper)).isEqualTo(old);
        for (String changed : root.changes()) {
            assertThat(Files.getLastModifiedTime(root.upper.resolve(changed)))
                    .as(changed)
                    .isEqualTo(old);
        }
    }

    @Test
    void stubs_thatWereThere_stay() throws Exception {
        Files.writeString(root.lower.resolve("etc/hosts"), "");
        Files.createDirectories(root.upper.resolve("etc"));
        Files.writeString(root.upper.resolve("etc/mine"), "");
        run("true", s -> s.mounts(List.of(file("/etc/mine", "x")))).text();
        assertThat(root.upper.resolve("etc/mine")).exists();
        assertThat(root.changes()).doesNotContain("etc/hosts");
    }

    @Test
    void stubs_directoryUsedByTheContainer_stays() throws Exception {
        MountSpec mount = file("/run/a/key", "x");
        run("echo mine > /run/a/other", s -> s.mounts(List.of(mount))).text();
        assertThat(root.changes()).contains("run/a/other").doesNotContain("run/a/key");
    }

    @Test
    void stubs_parentSwappedForLink_hostIsUntouched() throws Exception { // CVE-2024-23652
        Path victim = Files.createDirectories(directory.resolve("victim"));
        Files.createFile(victim.resolve("key"));
        String script =
                "mkdir /other; ln -s "
                        + victim
                        + " /other/a; mv /run/a /run/b; ln -s "
                        + victim
                        + " /run/a";
        run(script + "; true", s -> s.mounts(List.of(file("/run/a/key", "x"))));
        assertThat(victim.resolve("key")).exists();
    }

    private static MountSpec file(String target, String content) {
        return new MountSpec.FileContent(
                target, content.getBytes(StandardCharsets.UTF_8), 0400, 0, 0, true);
    }

    @Test
    void mount_bind_isSharedAndReadOnlyAsAsked() throws Exception {
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.writeString(source.resolve("in"), "hello");
        String script = "cat /data/in; echo out > /data/out";

        assertThat(
                        run(
                                        script,
                                        s ->
                                                s.mounts(
                                                        List.of(
                                                                new MountSpec.Bind(
                                                                        source, "/data", false))))
                                .text())
                .isEqualTo("hello");
        assertThat(source.resolve("out")).hasContent("out\n");
        assertThat(
                        run(
                                        script,
                                        s ->
                                                s.mounts(
                                                        List.of(
                                                                new MountSpec.Bind(
                                                                        source, "/data", true))))
                                .exitCode)
                .isNotZero();
    }

    @Test
    void mount_bindOfFile_works() throws Exception {
        Path source = Files.writeString(directory.resolve("file"), "text");
        assertThat(
                        run(
                                        "cat /opt/file",
                                        s ->
                                                s.mounts(
                                                        List.of(
                                                                new MountSpec.Bind(
                                                                        source,
                                                                        "/opt/file",
                                                                        true))))
                                .text())
                .isEqualTo("text");
    }

    @Test
    void mount_beneath_linksStayInside() throws Exception { // CVE-2024-1753, CVE-2024-23651
        Path cache = Files.createDirectories(directory.resolve("cache"));
        Files.createDirectories(cache.resolve("etc"));
        Files.createSymbolicLink(cache.resolve("out"), Path.of("/etc"));
        var source = new MountSpec.Source.Beneath(cache, RawPath.of("out"));
        assertThat(
                        run(
                                        "ls -A /data",
                                        s ->
                                                s.mounts(
                                                        List.of(
                                                                new MountSpec.Bind(
                                                                        source, "/data", false))))
                                .text())
                .isEmpty();
    }

    @Test
    void mount_targetIsLink_staysInside() throws Exception {
        Path source = Files.createDirectories(directory.resolve("source"));
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Files.createSymbolicLink(root.lower.resolve("escape"), outside);
        run("touch /escape/x", s -> s.mounts(List.of(new MountSpec.Bind(source, "/escape", false))))
                .text();
        assertThat(source.resolve("x")).exists();
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void mount_targetIsDanglingLink_isMade() throws Exception {
        Files.createSymbolicLink(
                root.lower.resolve("etc/resolv.conf"),
                Path.of("../run/systemd/resolve/stub-resolv.conf"));
        assertThat(run("test -f /run/systemd/resolve/stub-resolv.conf && echo yes").text())
                .isEqualTo("yes");
        assertThat(root.changes()).isSubsetOf("etc");
    }

    @Test
    void mount_tree_isAnotherImage() throws Exception {
        Path other = Files.createDirectories(directory.resolve("other/dir"));
        Files.writeString(other.resolve("file"), "from elsewhere");
        RootFs view = RootFs.view(List.of(new Lower.Directory(directory.resolve("other"))));
        MountSpec readOnly = new MountSpec.Tree(view, RawPath.of("dir"), "/ro", true);
        MountSpec writable = new MountSpec.Tree(view, RawPath.ROOT, "/rw", false);
        assertThat(
                        run(
                                        "cat /ro/file; touch /rw/dir/gone; touch /ro/x 2>/dev/null"
                                                + " || echo denied",
                                        s -> s.mounts(List.of(readOnly, writable)))
                                .text())
                .isEqualTo("from elsewheredenied");
        assertThat(other.resolve("gone")).doesNotExist();
    }

    @Test
    void mount_tmpfs_hasItsOptions() throws Exception {
        MountSpec tmpfs = new MountSpec.Tmpfs("/scratch", 1 << 20, 0700, List.of("noexec"));
        assertThat(
                        run(
                                        "grep ' /scratch ' /proc/mounts; stat -c %a /scratch",
                                        s -> s.mounts(List.of(tmpfs)))
                                .text())
                .contains("size=1024k", "noexec");
    }

    @Test
    void mount_secret_hasItsModeAndOwner() throws Exception {
        MountSpec secret =
                new MountSpec.FileContent("/run/secrets/id", new byte[] {'k'}, 0440, 12, 34, true);
        assertThat(
                        run(
                                        "stat -c '%a %u %g' /run/secrets/id; cat /run/secrets/id",
                                        s -> s.mounts(List.of(secret)))
                                .text())
                .isEqualTo("440 12 34\nk");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/proc", "/proc/self/attr", "/./proc/sys", "/x/../proc"})
    void mount_whereNothingMayBe_isRefused(String target) {
        MountSpec tmpfs = new MountSpec.Tmpfs(target, 0, 0755, List.of());
        assertThat(failure(List.of("true"), s -> s.mounts(List.of(tmpfs))).reason())
                .isEqualTo(ContainerException.Reason.INVALID_SPEC);
    }

    @Test
    void mount_linkIntoProc_isRefused() throws Exception { // CVE-2025-52881
        Files.createSymbolicLink(root.lower.resolve("innocent"), Path.of("/proc/sys"));
        MountSpec tmpfs = new MountSpec.Tmpfs("/innocent", 0, 0755, List.of());
        assertThat(failure(List.of("true"), s -> s.mounts(List.of(tmpfs))).reason())
                .isEqualTo(ContainerException.Reason.INVALID_SPEC);
    }

    @Test
    void mount_missingSource_isTold() {
        MountSpec bind = new MountSpec.Bind(directory.resolve("nosuch"), "/data", true);
        var thrown = failure(List.of("true"), s -> s.mounts(List.of(bind)));
        assertThat(thrown.reason()).isEqualTo(ContainerException.Reason.INVALID_SPEC);
        assertThat(thrown).hasMessageContaining("/data").hasMessageContaining("nosuch");
    }

    @Test
    void image_procIsLink_isRefused() throws Exception { // CVE-2025-52881 and kin
        Files.delete(root.lower.resolve("proc"));
        Files.createSymbolicLink(root.lower.resolve("proc"), Path.of("/tmp"));
        assertThat(failure(List.of("true"), s -> s).reason())
                .isEqualTo(ContainerException.Reason.INVALID_SPEC);
    }

    @Test
    void ulimits_areSetOrLowered() throws Exception {
        assertThat(
                        run(
                                        "ulimit -Sn; ulimit -Hn",
                                        s -> s.ulimits(List.of(Ulimit.parse("nofile=100:200"))))
                                .lines())
                .containsExactly("100", "200");
        Result high = run("ulimit -Hn", s -> s.ulimits(List.of(Ulimit.parse("nofile=1000000000"))));
        assertThat(high.exitCode).isZero();
        assertThat(high.warnings).singleElement().asString().contains("nofile");
    }

    @Test
    void resources_areEnforcedAndForgotten() throws Exception {
        Path groups = Path.of("/sys/fs/cgroup/pids");
        BusyboxRoot.requires(Files.isWritable(groups), "writable cgroups of version 1");
        Resources few = new Resources(64L << 20, 0, 50_000, 100_000, 512, "0", "", 5);
        Result limits =
                run(
                        "grep -E 'pids|memory|cpuset' /proc/1/cgroup; (for i in 1 2 3 4 5 6 7 8; do"
                                + " sleep 0.2 & done) 2>&1; wait",
                        s -> s.resources(few));
        assertThat(limits.output).contains("can't fork");
        assertThat(limits.warnings).isEmpty();
        Result memory = run("tail /dev/zero; echo $?", s -> s.resources(few));
        assertThat(memory.output).contains("137");
        assertThat(groups.resolve("slipway")).doesNotExist();
    }

    @Test
    void umask_isTheUsual() throws Exception {
        assertThat(run("umask").text()).isEqualTo("0022");
    }

    @Test
    void streams_loseNothing() throws Exception {
        byte[] sent = new byte[3_000_000];
        new java.util.Random(7).nextBytes(sent);
        Capture output = new Capture();
        ContainerSpec spec =
                ContainerSpec.builder(overlay(), List.of("cat")).env(List.of("PATH=/bin")).build();
        try (RunningContainer container =
                runtime.start(
                        spec,
                        new ContainerIo.Streams(new ByteArrayInputStream(sent), output, output))) {
            assertThat(container.waitFor()).isZero();
        }
        assertThat(output.toByteArray()).isEqualTo(sent);
    }

    @Test
    void streams_areApart() throws Exception {
        Capture out = new Capture();
        Capture err = new Capture();
        ContainerSpec spec =
                ContainerSpec.builder(overlay(), List.of("sh", "-c", "echo o; echo e >&2"))
                        .env(List.of("PATH=/bin"))
                        .build();
        try (RunningContainer container =
                runtime.start(spec, new ContainerIo.Streams(null, out, err))) {
            container.waitFor();
        }
        assertThat(out).hasToString("o\n");
        assertThat(err).hasToString("e\n");
    }

    @Test
    void terminal_isTheContainersOwn() throws Exception {
        Capture output = new Capture();
        ContainerSpec spec =
                ContainerSpec.builder(
                                overlay(),
                                List.of(
                                        "sh",
                                        "-c",
                                        "tty; stty size; test -c /dev/console && echo console; read"
                                                + " line; echo got $line; stty size"))
                        .env(List.of("PATH=/bin"))
                        .terminal(true)
                        .build();
        var input = new java.io.PipedInputStream();
        var typed = new java.io.PipedOutputStream(input);
        try (RunningContainer container =
                runtime.start(spec, new ContainerIo.Pty(input, output, 33, 99))) {
            output.await("console");
            container.resize(44, 111);
            typed.write("abc\n".getBytes(StandardCharsets.UTF_8));
            typed.flush();
            assertThat(container.waitFor()).as(output.text()).isZero();
        }
        assertThat(output.text().replace("\r", ""))
                .startsWith("/dev/pts/0\n")
                .contains("console\n", "abc\n", "got abc\n")
                .endsWith("44 111\n");
    }

    @Test
    void terminal_overStreams_isATerminal() throws Exception {
        assertThat(run("tty", s -> s.terminal(true)).text()).isEqualTo("/dev/pts/0");
    }

    @Test
    void init_isBetween() throws Exception {
        Result result = run("echo $$; exit 6", s -> s.init(true));
        assertThat(result.exitCode).isEqualTo(6);
        assertThat(result.output.strip()).isNotEqualTo("1");
    }

    @Test
    void layers_manyOfThem_areMounted() throws Exception {
        List<Lower> lowers = new java.util.ArrayList<>();
        for (int i = 0; i < 130; i++) {
            Path layer =
                    Files.createDirectories(
                            directory.resolve("layers/" + "0123456789abcdef".repeat(4) + i));
            Files.writeString(layer.resolve("f" + i), "");
            lowers.add(new Lower.Directory(layer));
        }
        lowers.add(new Lower.Directory(root.lower));
        ContainerSpec spec =
                ContainerSpec.builder(
                                RootFs.scratch(lowers, root.upper, root.work),
                                List.of("sh", "-c", "ls -d /f* | wc -l"))
                        .env(List.of("PATH=/bin"))
                        .build();
        Capture output = new Capture();
        try (RunningContainer container =
                runtime.start(spec, new ContainerIo.Streams(null, output, output))) {
            assertThat(container.waitFor()).isZero();
        }
        assertThat(output.text().strip()).isEqualTo("130");
    }

    @Test
    void root_withoutUpper_isForgotten() throws Exception {
        ContainerSpec spec =
                ContainerSpec.builder(
                                RootFs.view(List.of(new Lower.Directory(root.lower))),
                                List.of("touch", "/x"))
                        .env(List.of("PATH=/bin"))
                        .build();
        var none = java.io.OutputStream.nullOutputStream();
        try (RunningContainer container =
                runtime.start(spec, new ContainerIo.Streams(null, none, none))) {
            assertThat(container.waitFor()).isZero();
        }
        assertThat(root.lower.resolve("x")).doesNotExist();
    }

    @Test
    void host_seesNoMountAndNoDescriptorAfterwards() throws Exception {
        run("true");
        String before = Files.readString(Path.of("/proc/self/mounts"));
        long fds = descriptors();
        for (int i = 0; i < 5; i++) {
            run("true").text();
        }
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).isEqualTo(before);
        assertThat(descriptors()).isLessThanOrEqualTo(fds + 1);
    }

    private static long descriptors() throws Exception {
        try (var fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        }
    }
}
