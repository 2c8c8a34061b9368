package dev.slipway.container;

import dev.slipway.linux.Capabilities;
import dev.slipway.linux.ChildProcess;
import dev.slipway.linux.DescriptorSocket;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.Host;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Mounts;
import dev.slipway.linux.Namespaces;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.ProcessSpawn;
import dev.slipway.linux.Pty;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;
import dev.slipway.linux.Subreaper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Starts a container through `runc` or `crun`.
///
/// The bundle, the root and all sources of mounts are laid out in a file system in memory that only
/// this thread and the runtime see. The runtime mounts them by path; nobody can change those paths.
final class OciThread extends NamespaceThread {
    private static final Path HYBRID = Path.of("/sys/fs/cgroup/unified");
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final String program;
    private final boolean crun;
    private final String id = "slipway-" + Host.pid() + "-" + NUMBERS.incrementAndGet();

    OciThread(String program, ContainerSpec spec, StreamBridge bridge, Warnings warnings) {
        super(spec, bridge, warnings);
        this.program = program;
        this.crun = program.endsWith("crun");
    }

    @Override
    void setUpAndRun() throws IOException, ContainerException {
        Namespaces.unshare(Namespaces.MOUNT);
        Mounts.setUmask(0);
        Mounts.mount(null, "/", null, Mounts.REC | Mounts.PRIVATE, null);
        Subreaper.become();
        if (crun && Files.exists(HYBRID)) {
            // crun refuses to run where both versions of cgroups have controllers.
            if (UserNamespace.inside()) {
                throw new ContainerException(
                        ContainerException.Reason.UNSUPPORTED,
                        "crun does not run for an ordinary user where both versions of cgroups are"
                                + " mounted",
                        "use the embedded runtime or runc",
                        null);
            }
            Mounts.unmount(HYBRID.toString(), Mounts.DETACH);
        }
        List<MountSpec> wanted = new ArrayList<>(HostFiles.mounts(spec));
        wanted.addAll(spec.mounts());
        for (Device device : spec.devices()) {
            wanted.add(new MountSpec.Bind(Path.of(device.source()), device.target(), false));
        }
        if (spec.init()) {
            wanted.add(new MountSpec.Bind(hostInit(), "/sbin/docker-init", true));
        }
        try (OverlayRoot overlay = OverlayRoot.open(spec.root());
                SpecMounts mounts = SpecMounts.open(wanted, true);
                Dir scratch = mountScratch();
                Dir root = overlay.mount(scratch, ROOT)) {
            MountTargets targets = new MountTargets(root);
            try {
                prepareSystemDirectories(targets);
                List<OciConfig.Mount> staged =
                        mounts.stage(scratch, scratchPlace().toString(), targets);
                run(scratch, staged);
            } finally {
                targets.removeStubs(root);
                Mounts.unmount(root.procPath(), Mounts.DETACH);
            }
        }
    }

    private static Path hostInit() throws ContainerException {
        for (String path : List.of("/usr/bin/docker-init", "/usr/bin/catatonit", "/usr/bin/tini")) {
            if (Files.isExecutable(Path.of(path))) {
                return Path.of(path);
            }
        }
        throw new ContainerException(
                ContainerException.Reason.UNSUPPORTED,
                "no init program for this runtime is installed",
                "install tini or catatonit, or use the embedded runtime",
                null);
    }

    private void run(Dir scratch, List<OciConfig.Mount> staged)
            throws IOException, ContainerException {
        long permitted = Capabilities.permitted();
        boolean grouped = !UserNamespace.inside() || Cgroup.isWritable();
        if (!grouped
                && !(spec.resources().equals(Resources.UNLIMITED)
                        && spec.cgroupParent().isEmpty())) {
            warnings.add("no limits and no cgroup: this user may not make any");
        }
        ContainerSpec wrapped = spec.init() ? withInit() : spec;
        OciConfig.Facts facts =
                new OciConfig.Facts(
                        scratchPlace() + "/root",
                        staged,
                        CapabilitySet.of(spec) & permitted,
                        UlimitClamp.clamp(spec.ulimits(), permitted, warnings),
                        deviceNodes(),
                        grouped ? spec.resources() : Resources.UNLIMITED,
                        grouped ? Cgroup.path(spec.cgroupParent(), id) : "");
        write(scratch, "config.json", OciConfig.write(wrapped, facts));
        scratch.mkdir(RawPath.of("state"), 0700);
        try {
            create(scratch);
            int pid = Integer.parseInt(read(scratch, "pid").strip());
            try (ChildProcess process = ChildProcess.of(pid)) {
                if (command(List.of("start", id), false) != 0) {
                    process.signal(ChildProcess.SIGKILL);
                    process.waitFor();
                    throw failed(scratch);
                }
                running(process);
            }
        } finally {
            command(List.of("delete", "--force", id), false);
            removeCgroupParents();
        }
    }

    private List<OciConfig.Node> deviceNodes() throws LinuxException {
        List<OciConfig.Node> nodes = new ArrayList<>();
        for (Device device : spec.devices()) {
            try (Fd fd = Fd.open(Path.of(device.source()), OpenFlags.O_PATH, 0)) {
                FileStat stat = fd.stat();
                boolean block = stat.type() == FileType.BLOCK_DEVICE;
                nodes.add(
                        new OciConfig.Node(
                                block, stat.rdevMajor(), stat.rdevMinor(), device.permissions()));
            }
        }
        return nodes;
    }

    private ContainerSpec withInit() {
        List<String> args = new ArrayList<>(List.of("/sbin/docker-init", "--"));
        args.addAll(spec.args());
        return spec.withArgs(args);
    }

    private void create(Dir scratch) throws IOException, ContainerException {
        String place = scratchPlace().toString();
        List<String> arguments = new ArrayList<>(List.of("create", "--bundle", place));
        arguments.addAll(List.of("--pid-file", place + "/pid"));
        if (!spec.terminal()) {
            arguments.add(id);
            if (command(arguments, true) != 0) {
                throw failed(scratch);
            }
            return;
        }
        // Through the descriptor, since a socket's path must be short.
        String socket = "/proc/" + Host.pid() + "/fd/" + scratch.fd() + "/console";
        arguments.addAll(List.of("--console-socket", socket, id));
        try (DescriptorSocket console = DescriptorSocket.listen(socket)) {
            if (command(arguments, true) != 0) {
                throw failed(scratch);
            }
            bridge.terminal(Pty.ofMaster(console.receive()));
        }
    }

    /// Runs the runtime, and waits for it.
    private int command(List<String> arguments, boolean withStreams) throws LinuxException {
        String place = scratchPlace().toString();
        List<String> args = new ArrayList<>(List.of(program, "--root", place + "/state"));
        args.addAll(List.of("--log", place + "/log", "--log-format", "json"));
        args.addAll(arguments);
        ProcessSpawn spawn =
                new ProcessSpawn(program, args, List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"));
        try (Fd nothing = Fd.open(Path.of("/dev/null"), OpenFlags.O_RDWR, 0);
                Fd high = ProcessSpawn.high(nothing)) {
            if (withStreams) {
                bridge.pipesFor(spawn, spec.user());
            }
            if (!withStreams || spec.terminal()) {
                spawn.withFd(0, high).withFd(1, high).withFd(2, high);
            }
            try (ChildProcess process = spawn.closingOthers().start()) {
                return process.waitFor();
            }
        }
    }

    private ContainerException failed(Dir scratch) {
        String message = lastMessage(scratch);
        String lower = message.toLowerCase(java.util.Locale.ROOT);
        ContainerException.Reason reason = ContainerException.Reason.FAILED;
        if (lower.contains("exec") || lower.contains("open `")) {
            if (lower.contains("no such file") || lower.contains("not found")) {
                reason = ContainerException.Reason.COMMAND_NOT_FOUND;
            } else if (lower.contains("permission denied")
                    || lower.contains("exec format")
                    || lower.contains("is a directory")) {
                reason = ContainerException.Reason.COMMAND_NOT_EXECUTABLE;
            }
        }
        return new ContainerException(
                reason, Path.of(program).getFileName() + ": " + message, null);
    }

    /// The `msg` of the last line of the log that has one.
    private static String lastMessage(Dir scratch) {
        String found = "it failed and does not say why";
        try {
            for (String line : read(scratch, "log").split("\n", -1)) {
                int at = line.indexOf("\"msg\":\"");
                if (at < 0) {
                    at = line.indexOf("\"msg\": \"");
                }
                if (at >= 0) {
                    int start = line.indexOf('"', line.indexOf(':', at)) + 1;
                    int end = start;
                    while (end < line.length() && line.charAt(end) != '"') {
                        end += line.charAt(end) == '\\' ? 2 : 1;
                    }
                    found =
                            line.substring(start, Math.min(end, line.length()))
                                    .replace("\\\"", "\"");
                }
            }
        } catch (LinuxException e) {
            // No log.
        }
        return found;
    }

    private static void write(Dir scratch, String name, byte[] content) throws LinuxException {
        int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
        try (Fd file = scratch.open(RawPath.of(name), flags, 0600, Resolve.BENEATH)) {
            file.write(content, 0, content.length);
        }
    }

    private static String read(Dir scratch, String name) throws LinuxException {
        try (Fd file = scratch.open(RawPath.of(name), OpenFlags.O_RDONLY, 0, Resolve.BENEATH)) {
            byte[] content = new byte[64 * 1024];
            int length = 0;
            int count;
            while (length < content.length
                    && (count = file.read(content, length, content.length - length)) > 0) {
                length += count;
            }
            return new String(content, 0, length, StandardCharsets.UTF_8);
        }
    }

    /// The runtimes leave the directories above the container's own.
    private static void removeCgroupParents() {
        try (Dir cgroups = Dir.open(Path.of("/sys/fs/cgroup"))) {
            for (var controller : cgroups.list()) {
                remove(cgroups, controller.name().child("slipway"));
            }
            remove(cgroups, RawPath.of("slipway"));
        } catch (LinuxException e) {
            // No cgroups.
        }
    }

    private static void remove(Dir cgroups, RawPath path) {
        try {
            cgroups.rmdir(path);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                return; // another container is in it, or it is not ours
            }
        }
    }
}
