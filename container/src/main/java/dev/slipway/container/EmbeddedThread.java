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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Starts a container with system calls of this process alone.
///
/// Everything is mounted in the thread's own mount namespace; then the first process is made, which
/// does the rest as its [BootPlan] says. It is killed by the kernel when this thread ends, as it
/// does when the JVM is killed.
final class EmbeddedThread extends NamespaceThread {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final String id = Host.pid() + "-" + NUMBERS.incrementAndGet();

    private final @Nullable NetworkNamespaces networks;
    private final @Nullable SandboxThread prepared;
    private boolean ended;

    /// @param networks where to get a network namespace from; null: always a new one
    /// @param prepared what makes the sandbox, and then runs this; null: this makes its own
    EmbeddedThread(
            ContainerSpec spec,
            StreamBridge bridge,
            Warnings warnings,
            @Nullable NetworkNamespaces networks,
            @Nullable SandboxThread prepared) {
        super(spec, bridge, warnings);
        this.networks = networks;
        this.prepared = prepared;
    }

    @Override
    Thread begin() {
        return prepared == null ? super.begin() : prepared.run(this);
    }

    @Override
    void setUpAndRun() throws IOException, ContainerException {
        Sandbox sandbox =
                prepared == null
                        ? Sandbox.enter(Sandbox.Shape.of(spec), networks)
                        : prepared.sandbox();
        try {
            Namespaces.setHostname(HostFiles.hostname(spec));
            mountAndRun(sandbox);
        } finally {
            if (ended && hasUsualRights()) {
                sandbox.giveBack();
            } else {
                sandbox.close();
            }
        }
    }

    private boolean hasUsualRights() throws ContainerException {
        return !spec.privileged()
                && spec.sysctls().isEmpty()
                && CapabilitySet.isUsual(CapabilitySet.of(spec));
    }

    private void mountAndRun(Sandbox sandbox) throws IOException, ContainerException {
        List<MountSpec> wanted = new ArrayList<>(HostFiles.mounts(spec));
        wanted.addAll(spec.mounts());
        Dir scratch = sandbox.scratch();
        try (OverlayRoot overlay = OverlayRoot.open(spec.root());
                SpecMounts mounts = SpecMounts.open(wanted, spec.privileged());
                Dir bare = overlay.mount(scratch, ROOT)) {
            // The same mount once more: what is mounted beneath the second does not show in the
            // first.
            Mounts.mount(bare.procPath(), bare.procPath(), null, Mounts.BIND, null);
            try (Dir root = scratch.openDir(ROOT, Resolve.NO_SYMLINKS)) {
                MountTargets targets = new MountTargets(root);
                try {
                    runIn(root, sandbox, targets, mounts);
                } finally {
                    Mounts.unmount(root.procPath(), Mounts.DETACH);
                    targets.removeStubs(bare);
                    Mounts.unmount(bare.procPath(), Mounts.DETACH);
                }
            }
        }
    }

    private void runIn(Dir root, Sandbox sandbox, MountTargets targets, SpecMounts mounts)
            throws IOException, ContainerException {
        prepareSystemDirectories(targets);
        sandbox.moveTo(root);
        SystemMounts.hostDevices(spec, root, targets);
        SystemMounts.sysctls(spec);
        mounts.mount(sandbox.scratch(), targets);
        RawPath cwd = new RootedPaths(root).resolve(RawPath.of(spec.cwd()));
        root.createDirs(cwd, 0755).close();
        String command = CommandLookup.find(root, spec, cwd);
        Pty pty = spec.terminal() ? openTerminal(root, targets) : null;
        long restrictions =
                (spec.readOnlyRoot() ? Mounts.RDONLY : 0) | (spec.privileged() ? 0 : Mounts.NODEV);
        try (Fd top = root.open(RawPath.ROOT, OpenFlags.O_PATH, 0, Resolve.BENEATH)) {
            Mounts.restrict(top, restrictions, false);
            try (Cgroup cgroup =
                    Cgroup.create(id, spec.cgroupParent(), spec.resources(), warnings)) {
                boolean waits = cgroup != null;
                runCommand(top, facts("/" + text(cwd), command, pty, waits), cgroup);
            }
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

    private BootPlan.Facts facts(String cwd, String command, @Nullable Pty pty, boolean waits)
            throws LinuxException, ContainerException {
        long permitted = Capabilities.permitted();
        long wanted = CapabilitySet.of(spec);
        return new BootPlan.Facts(
                cwd,
                command,
                wanted & permitted,
                spec.seccomp() && !spec.privileged() ? SeccompFilter.compile(wanted) : null,
                pty == null ? -1 : pty.number(),
                waits,
                UlimitClamp.clamp(spec.ulimits(), permitted, warnings),
                true);
    }

    private void runCommand(Fd top, BootPlan.Facts facts, @Nullable Cgroup cgroup)
            throws IOException, ContainerException {
        BootProgram program = BootPlan.write(spec, facts);
        try (Pipe reports = Pipe.create();
                Pipe go = Pipe.create();
                ChildProcess process = spawn(program, top, reports, go)) {
            reports.writeEnd().close();
            if (cgroup != null) {
                cgroup.add(process.pid());
                go.writeEnd().write(new byte[1], 0, 1);
            }
            byte[] report = new byte[16];
            if (reports.readEnd().read(report, 0, report.length) >= 0) {
                process.waitFor();
                throw failed(program.failure(report), facts);
            }
            running(process);
            ended = true;
        }
    }

    private ChildProcess spawn(BootProgram program, Fd top, Pipe reports, Pipe go)
            throws LinuxException {
        try (Fd file = program.seal("slipway-init");
                Fd lifeline = ProcessSpawn.high(Lifeline.JVM);
                Fd root = ProcessSpawn.high(top);
                Fd goFd = ProcessSpawn.high(go.readEnd());
                Fd report = ProcessSpawn.high(reports.writeEnd())) {
            ProcessSpawn spawn =
                    new ProcessSpawn(
                                    SystemMounts.procPath(file), List.of("slipway-init"), List.of())
                            .withFd(BootProgram.REPORT_FD, report)
                            .withFd(BootPlan.LIFELINE_FD, lifeline)
                            .withFd(BootPlan.GO_FD, goFd)
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
