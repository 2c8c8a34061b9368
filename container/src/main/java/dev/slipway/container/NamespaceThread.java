package dev.slipway.container;

import dev.slipway.linux.BootProgram;
import dev.slipway.linux.Capabilities;
import dev.slipway.linux.ChildProcess;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.Host;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Mounts;
import dev.slipway.linux.Namespaces;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.Pipe;
import dev.slipway.linux.ProcessSpawn;
import dev.slipway.linux.Pty;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// The thread a container of the embedded runtime hangs on.
///
/// It moves into new namespaces, mounts everything in its own mount namespace, makes the first
/// process, and then only waits to be told that the process has ended, to tidy up. When it ends, or
/// is killed with the JVM, its namespaces and all mounts in them are gone, and the container's
/// first process is killed by the kernel.
///
/// It never leaves the host's root: a library that Java loads late must be the host's. And it must
/// never make a thread, which would be in the same namespaces: not by waking a virtual thread
/// either, for that may start a carrier. So it deals with one platform thread only, and runs no
/// code of the caller's.
final class NamespaceThread implements Runnable {
    private static final RawPath ROOT = RawPath.of("root");

    private final ContainerSpec spec;
    private final StreamBridge bridge;
    private final Warnings warnings;
    private final CountDownLatch spawned = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile @Nullable ChildProcess child;
    private volatile @Nullable ContainerException failure;

    NamespaceThread(ContainerSpec spec, StreamBridge bridge, Warnings warnings) {
        this.spec = spec;
        this.bridge = bridge;
        this.warnings = warnings;
    }

    /// Waits, on a platform thread, until the command runs.
    ChildProcess awaitCommand() throws ContainerException {
        Uninterruptibly.await(spawned);
        ContainerException thrown = failure;
        ChildProcess process = child;
        if (thrown != null) {
            throw thrown;
        }
        if (process == null) {
            throw new IllegalStateException("no process and no reason");
        }
        return process;
    }

    /// Tells it that the process has ended.
    void release() {
        released.countDown();
    }

    @Override
    public void run() {
        try {
            setUpAndRun();
        } catch (ContainerException e) {
            failure = e;
        } catch (IOException e) {
            failure =
                    new ContainerException(
                            ContainerException.Reason.FAILED, String.valueOf(e.getMessage()), e);
        } finally {
            spawned.countDown();
        }
    }

    private void setUpAndRun() throws IOException, ContainerException {
        enterNamespaces();
        List<MountSpec> wanted = new ArrayList<>(HostFiles.mounts(spec));
        wanted.addAll(spec.mounts());
        // All sources are opened before a mount of ours can hide them.
        try (OverlayRoot overlay = OverlayRoot.open(spec.root());
                SpecMounts mounts = SpecMounts.open(wanted, spec.privileged());
                Dir scratch = mountScratch();
                Dir bare = overlay.mount(scratch, ROOT)) {
            // The same mount once more: what is mounted beneath the second does not show in the
            // first.
            Mounts.mount(bare.procPath(), bare.procPath(), null, Mounts.BIND, null);
            try (Dir root = scratch.openDir(ROOT, Resolve.NO_SYMLINKS)) {
                MountTargets targets = new MountTargets(root);
                try {
                    runIn(root, scratch, targets, mounts);
                } finally {
                    Mounts.unmount(root.procPath(), Mounts.DETACH);
                    targets.removeStubs(bare);
                    Mounts.unmount(bare.procPath(), Mounts.DETACH);
                }
            }
        }
    }

    private void enterNamespaces() throws ContainerException, LinuxException {
        int kinds = Namespaces.MOUNT | Namespaces.PID | Namespaces.IPC | Namespaces.UTS;
        if (spec.network() == NetworkMode.NONE) {
            kinds |= Namespaces.NET;
        }
        try {
            Namespaces.unshare(kinds);
        } catch (LinuxException e) {
            throw new ContainerException(
                    ContainerException.Reason.UNSUPPORTED,
                    "this process may not make namespaces: " + e.getMessage(),
                    e.errno() == Errno.EPERM ? "run as root, or rootless in a user namespace" : "",
                    e);
        }
        Mounts.setUmask(0); // of this thread: modes are meant as they are given
        Mounts.mount(null, "/", null, Mounts.REC | Mounts.PRIVATE, null);
        Namespaces.setHostname(HostFiles.hostname(spec));
        if (spec.network() == NetworkMode.NONE) {
            Namespaces.loopbackUp();
        }
    }

    /// A file system in memory that only this thread sees, on top of a directory that is open
    /// already.
    private Dir mountScratch() throws LinuxException {
        Path work = spec.root().work();
        Path place = (work != null ? work : spec.root().lowers().getFirst()).toAbsolutePath();
        Mounts.mount("slipway", place.toString(), "tmpfs", Mounts.NOSUID, "mode=700");
        Dir scratch = Dir.open(place);
        if (!scratch.list().isEmpty()) {
            scratch.close();
            throw new LinuxException(Errno.EBUSY, "mount", place.toString());
        }
        return scratch;
    }

    private void runIn(Dir root, Dir scratch, MountTargets targets, SpecMounts mounts)
            throws IOException, ContainerException {
        for (String directory : List.of("proc", "dev", "sys")) {
            if (!targets.prepare("/" + directory, true).equals(RawPath.of(directory))) {
                throw new ContainerException(
                        ContainerException.Reason.INVALID_SPEC,
                        "/" + directory + " of the image is a symbolic link",
                        null);
            }
        }
        SystemMounts system = new SystemMounts(spec, root, scratch);
        system.dev();
        system.sys();
        system.hostDevices(targets);
        system.sysctls();
        mounts.mount(scratch, targets);
        RawPath cwd = new RootedPaths(root).resolve(RawPath.of(spec.cwd()));
        root.createDirs(cwd, 0755).close();
        String command = CommandLookup.find(root, spec, cwd);
        Pty pty = spec.terminal() ? openTerminal(root, targets) : null;
        long restrictions =
                (spec.readOnlyRoot() ? Mounts.RDONLY : 0) | (spec.privileged() ? 0 : Mounts.NODEV);
        try (Fd top = root.open(RawPath.ROOT, OpenFlags.O_PATH, 0, Resolve.BENEATH)) {
            Mounts.restrict(top, restrictions, false);
            runCommand(top, facts("/" + text(cwd), command, pty));
        }
    }

    private Pty openTerminal(Dir root, MountTargets targets) throws LinuxException {
        try (Dir devpts = root.openDir(RawPath.of("dev/pts"), Resolve.NO_SYMLINKS)) {
            Pty pty = Pty.open(devpts);
            bridge.terminal(pty);
            RawPath number = RawPath.of(Integer.toString(pty.number()));
            try (Fd slave = devpts.open(number, OpenFlags.O_PATH, 0, Resolve.NO_SYMLINKS);
                    Fd copy = Mounts.copyTree(slave);
                    Fd console = targets.open(targets.prepare("/dev/console", false))) {
                devpts.chown(number, spec.user().uid(), UserNamespace.inside() ? 0 : 5);
                Mounts.attach(copy, console);
            }
            return pty;
        }
    }

    private BootPlan.Facts facts(String cwd, String command, @Nullable Pty pty)
            throws LinuxException, ContainerException {
        long permitted = Capabilities.permitted();
        long wanted = CapabilitySet.of(spec);
        return new BootPlan.Facts(
                cwd,
                command,
                wanted & permitted,
                spec.seccomp() && !spec.privileged() ? SeccompFilter.compile(wanted) : null,
                pty == null ? -1 : pty.number(),
                false,
                UlimitClamp.clamp(spec.ulimits(), permitted, warnings),
                true);
    }

    private void runCommand(Fd top, BootPlan.Facts facts)
            throws LinuxException, ContainerException {
        BootProgram program = BootPlan.write(spec, facts);
        try (Pipe reports = Pipe.create();
                ChildProcess process = spawn(program, top, reports)) {
            reports.writeEnd().close();
            byte[] report = new byte[16];
            if (reports.readEnd().read(report, 0, report.length) >= 0) {
                process.waitFor();
                throw failed(program.failure(report), facts);
            }
            child = process;
            spawned.countDown();
            Uninterruptibly.await(released);
        }
    }

    private ChildProcess spawn(BootProgram program, Fd top, Pipe reports) throws LinuxException {
        try (Fd file = program.seal("slipway-init");
                Fd lifeline = ProcessSpawn.high(Lifeline.JVM);
                Fd root = ProcessSpawn.high(top);
                Fd report = ProcessSpawn.high(reports.writeEnd())) {
            ProcessSpawn spawn =
                    new ProcessSpawn(
                                    SystemMounts.procPath(file), List.of("slipway-init"), List.of())
                            .withFd(BootProgram.REPORT_FD, report)
                            .withFd(BootPlan.LIFELINE_FD, lifeline)
                            .withFd(BootPlan.ROOT_FD, root);
            bridge.pipesFor(spawn, spec.user());
            return spawn.start();
        }
    }

    private ContainerException failed(BootProgram.Failure failed, BootPlan.Facts facts) {
        int errno = failed.result() < 0 ? (int) -failed.result() : Errno.EINVAL;
        if (failed.name().equals("exec")) {
            return CommandLookup.refused(facts.command(), errno);
        }
        LinuxException cause = new LinuxException(errno, failed.name(), "");
        return new ContainerException(
                ContainerException.Reason.FAILED,
                "cannot set up the container: " + cause.getMessage(),
                cause);
    }

    /// A path of the container as the kernel takes it, in a string that becomes the same bytes
    /// again.
    private static String text(RawPath path) {
        return new String(path.toBytes(), StandardCharsets.UTF_8);
    }

    private static final class Lifeline {
        static final Fd JVM = open();

        private static Fd open() {
            try {
                return ChildProcess.openPidfd((int) Host.pid());
            } catch (LinuxException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
