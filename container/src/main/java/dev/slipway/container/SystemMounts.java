package dev.slipway.container;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Mounts;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Mounts `/dev` and `/sys` as Docker does.
///
/// Devices can only be opened where Slipway put them: each is a bind mount from a file system that
/// allows devices into one that does not, and nothing else of the container allows them. So a
/// device node that the container makes (it may, as with Docker) opens nothing, without a device
/// cgroup, whose set-up would take longer than all the rest.
final class SystemMounts {
    private static final long NO_DEVICES = Mounts.NOSUID | Mounts.NODEV | Mounts.NOEXEC;
    private static final List<String> MASKED_SYS = List.of("firmware", "devices/virtual/powercap");

    private record Node(String name, int major, int minor) {}

    private static final List<Node> NODES =
            List.of(
                    new Node("null", 1, 3),
                    new Node("zero", 1, 5),
                    new Node("full", 1, 7),
                    new Node("random", 1, 8),
                    new Node("urandom", 1, 9),
                    new Node("tty", 5, 0));

    private static final List<List<String>> LINKS =
            List.of(
                    List.of("fd", "/proc/self/fd"),
                    List.of("stdin", "/proc/self/fd/0"),
                    List.of("stdout", "/proc/self/fd/1"),
                    List.of("stderr", "/proc/self/fd/2"),
                    List.of("core", "/proc/kcore"),
                    List.of("ptmx", "pts/ptmx"));

    private final ContainerSpec spec;
    private final Dir root;
    private final Dir scratch;

    /// @param root the container's root
    /// @param scratch a file system in memory that allows devices, out of the container's reach
    SystemMounts(ContainerSpec spec, Dir root, Dir scratch) {
        this.spec = spec;
        this.root = root;
        this.scratch = scratch;
    }

    /// Mounts `/dev` with all in it.
    void dev() throws LinuxException {
        long flags = spec.privileged() ? Mounts.NOSUID : Mounts.NOSUID | Mounts.NODEV;
        mount("tmpfs", "dev", "tmpfs", flags, "mode=755,size=65536k");
        try (Dir dev = root.openDir(RawPath.of("dev"), Resolve.NO_SYMLINKS)) {
            for (List<String> link : LINKS) {
                dev.symlink(RawPath.of(link.getLast()), RawPath.of(link.getFirst()));
            }
            for (String directory : List.of("pts", "shm", "mqueue")) {
                dev.mkdir(RawPath.of(directory), 0755);
            }
            devices(dev);
        }
        String group = UserNamespace.inside() ? "" : ",gid=5"; // tty; need not be mapped
        String pts = "newinstance,ptmxmode=0666,mode=0620" + group;
        mount("devpts", "dev/pts", "devpts", Mounts.NOSUID | Mounts.NOEXEC, pts);
        long shm = spec.shmSizeBytes() == 0 ? 64L << 20 : spec.shmSizeBytes();
        mount("shm", "dev/shm", "tmpfs", NO_DEVICES, "mode=1777,size=" + shm);
        mount("mqueue", "dev/mqueue", "mqueue", NO_DEVICES, null);
    }

    private void devices(Dir dev) throws LinuxException {
        boolean own = !UserNamespace.inside();
        RawPath nodes = RawPath.of("devices");
        scratch.mkdir(nodes, 0700);
        for (Node node : NODES) {
            RawPath name = RawPath.of(node.name);
            RawPath source = nodes.child(name);
            if (own) {
                scratch.mknod(source, FileType.CHARACTER_DEVICE, 0666, node.major, node.minor);
            }
            dev.open(name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT, 0666, Resolve.BENEATH).close();
            String from = own ? scratch.procPath() + "/" + source : "/dev/" + node.name;
            bind(from, dev, name);
        }
    }

    /// Binds the devices of the host that were asked for; all of them when privileged.
    void hostDevices(MountTargets targets) throws LinuxException, ContainerException {
        for (Device device : spec.devices()) {
            Path source = Path.of(device.source());
            if (!Files.exists(source)) {
                throw new ContainerException(
                        ContainerException.Reason.INVALID_SPEC,
                        "device " + source + " does not exist",
                        null);
            }
            RawPath target = targets.prepare(device.target(), false);
            bind(source.toString(), root, target);
        }
        if (spec.privileged()) {
            try (Dir host = Dir.open(Path.of("/dev"))) {
                allDevices(host, RawPath.ROOT, targets);
            }
        }
    }

    private void allDevices(Dir host, RawPath at, MountTargets targets) throws LinuxException {
        try (Dir directory = host.openDir(at, Resolve.NO_SYMLINKS)) {
            for (var entry : directory.list()) {
                RawPath path = at.child(entry.name());
                String name = path.latin1();
                FileStat stat = host.statIfExists(path);
                if (stat == null || name.equals("pts") || name.equals("shm")) {
                    continue;
                }
                boolean device =
                        stat.type() == FileType.CHARACTER_DEVICE
                                || stat.type() == FileType.BLOCK_DEVICE;
                if (stat.type() == FileType.DIRECTORY && !name.equals("mqueue")) {
                    allDevices(host, path, targets);
                } else if (device && !name.equals("console") && !name.equals("ptmx")) {
                    RawPath target = targets.prepare("/dev/" + name, false);
                    if (NODES.stream().noneMatch(node -> node.name.equals(name))) {
                        bind("/dev/" + name, root, target);
                    }
                }
            }
        }
    }

    /// Mounts `/sys`, read-only and with the parts masked that tell of or change the machine.
    void sys() throws LinuxException {
        long flags = NO_DEVICES | (spec.privileged() ? 0 : Mounts.RDONLY);
        try {
            mount("sysfs", "sys", "sysfs", flags, null);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            // In a user namespace with the host's network: only what is there already may be shown.
            try (Fd sys = root.open(RawPath.of("sys"), OpenFlags.O_PATH, 0, Resolve.NO_SYMLINKS)) {
                Mounts.mount("/sys", procPath(sys), null, Mounts.BIND | Mounts.REC, null);
            }
            try (Fd sys = root.open(RawPath.of("sys"), OpenFlags.O_PATH, 0, Resolve.NO_SYMLINKS)) {
                Mounts.restrict(sys, Mounts.RDONLY, true);
            }
        }
        if (!spec.privileged()) {
            RawPath empty = RawPath.of("empty");
            scratch.mkdir(empty, 0555);
            try (Dir sys = root.openDir(RawPath.of("sys"), Resolve.NO_SYMLINKS)) {
                for (String masked : MASKED_SYS) {
                    if (sys.statIfExists(RawPath.of(masked)) != null) {
                        bind(scratch.procPath() + "/empty", sys, RawPath.of(masked));
                        try (Fd mask = open(sys, RawPath.of(masked))) {
                            Mounts.restrict(mask, Mounts.RDONLY, false);
                        }
                    }
                }
            }
        }
    }

    /// Writes sysctls; those of the container's own namespaces only are allowed.
    void sysctls() throws ContainerException {
        for (var sysctl : spec.sysctls().entrySet()) {
            String name = sysctl.getKey();
            boolean ipc =
                    name.startsWith("kernel.msg")
                            || name.startsWith("kernel.shm")
                            || name.equals("kernel.sem")
                            || name.startsWith("fs.mqueue.");
            boolean net = name.startsWith("net.") && spec.network() != NetworkMode.HOST;
            if ((!ipc && !net) || name.contains("/")) {
                throw new ContainerException(
                        ContainerException.Reason.INVALID_SPEC,
                        "sysctl " + name + " is not of a namespace of the container",
                        null);
            }
            try {
                // This thread's namespaces decide whose value it is.
                Path file = Path.of("/proc/sys/" + name.replace('.', '/'));
                Files.writeString(file, sysctl.getValue());
            } catch (IOException e) {
                throw new ContainerException(
                        ContainerException.Reason.INVALID_SPEC,
                        "cannot set sysctl " + name + ": " + e.getMessage(),
                        e);
            }
        }
    }

    private void mount(
            String source, String target, String type, long flags, @Nullable String options)
            throws LinuxException {
        try (Fd on = open(root, RawPath.of(target))) {
            Mounts.mount(source, procPath(on), type, flags, options);
        }
    }

    private static void bind(String source, Dir directory, RawPath name) throws LinuxException {
        try (Fd on = open(directory, name)) {
            Mounts.mount(source, procPath(on), null, Mounts.BIND, null);
        }
    }

    private static Fd open(Dir directory, RawPath path) throws LinuxException {
        return directory.open(path, OpenFlags.O_PATH, 0, Resolve.NO_SYMLINKS);
    }

    static String procPath(Fd fd) {
        return "/proc/self/fd/" + fd.number();
    }
}
