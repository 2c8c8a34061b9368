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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Mounts `/dev` and `/sys` as Docker does.
///
/// Devices can only be opened where Slipway put them: each is a mount of its own that allows
/// devices, in a file system that does not, and nothing else of the container allows them. So a
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

    private SystemMounts() {}

    /// Makes `/dev` with all in it, mounted on `dev` of `scratch`. The thread's working directory
    /// is the root afterwards.
    ///
    /// @param scratch a file system in memory, out of the container's reach
    static void dev(Dir scratch, Sandbox.Shape shape) throws LinuxException {
        RawPath name = RawPath.of("dev");
        scratch.mkdir(name, 0755);
        Mounts.changeDirectory(scratch.procPath());
        try {
            Mounts.mount("tmpfs", "dev", "tmpfs", Mounts.NOSUID, "mode=755,size=65536k");
            try (Dir dev = scratch.openDir(name, Resolve.NO_SYMLINKS);
                    Fd mount = open(scratch, name)) {
                Mounts.changeDirectory(dev.procPath());
                fill(dev);
                // Only now: a mount has the restrictions of the one it was copied from.
                if (!shape.privileged()) {
                    Mounts.restrict(mount, Mounts.NODEV, false);
                }
            }
            String group = UserNamespace.inside() ? "" : ",gid=5"; // tty; need not be mapped
            String pts = "newinstance,ptmxmode=0666,mode=0620" + group;
            Mounts.mount("devpts", "pts", "devpts", Mounts.NOSUID | Mounts.NOEXEC, pts);
            long shm = shape.shmSizeBytes() == 0 ? 64L << 20 : shape.shmSizeBytes();
            Mounts.mount("shm", "shm", "tmpfs", NO_DEVICES, "mode=1777,size=" + shm);
            Mounts.mount("mqueue", "mqueue", "mqueue", NO_DEVICES, null);
        } finally {
            Mounts.changeDirectory("/");
        }
    }

    /// Each device is mounted on itself, as that mount goes on allowing devices.
    private static void fill(Dir dev) throws LinuxException {
        for (List<String> link : LINKS) {
            dev.symlink(RawPath.of(link.getLast()), RawPath.of(link.getFirst()));
        }
        for (String directory : List.of("pts", "shm", "mqueue")) {
            dev.mkdir(RawPath.of(directory), 0755);
        }
        boolean own = !UserNamespace.inside();
        for (Node node : NODES) {
            RawPath name = RawPath.of(node.name);
            if (own) {
                dev.mknod(name, FileType.CHARACTER_DEVICE, 0666, node.major, node.minor);
                Mounts.mount(node.name, node.name, null, Mounts.BIND, null);
            } else {
                int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT;
                dev.open(name, flags, 0666, Resolve.BENEATH).close();
                Mounts.mount("/dev/" + node.name, node.name, null, Mounts.BIND, null);
            }
        }
    }

    /// Binds the devices of the host that were asked for; all of them when privileged.
    static void hostDevices(ContainerSpec spec, Dir root, MountTargets targets)
            throws LinuxException, ContainerException {
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
                allDevices(host, RawPath.ROOT, root, targets);
            }
        }
    }

    private static void allDevices(Dir host, RawPath at, Dir root, MountTargets targets)
            throws LinuxException {
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
                    allDevices(host, path, root, targets);
                } else if (device && !name.equals("console") && !name.equals("ptmx")) {
                    RawPath target = targets.prepare("/dev/" + name, false);
                    if (NODES.stream().noneMatch(node -> node.name.equals(name))) {
                        bind("/dev/" + name, root, target);
                    }
                }
            }
        }
    }

    /// Mounts `/sys` on `sys` of `scratch`, read-only and with the parts masked that tell of or
    /// change the machine.
    static void sys(Dir scratch, Sandbox.Shape shape) throws LinuxException {
        RawPath name = RawPath.of("sys");
        scratch.mkdir(name, 0755);
        long flags = NO_DEVICES | (shape.privileged() ? 0 : Mounts.RDONLY);
        try (Fd place = open(scratch, name)) {
            try {
                Mounts.mount("sysfs", procPath(place), "sysfs", flags, null);
            } catch (LinuxException e) {
                if (e.errno() != Errno.EPERM) {
                    throw e;
                }
                // In a user namespace with the host's network: only what is there already may be
                // shown.
                Mounts.mount("/sys", procPath(place), null, Mounts.BIND | Mounts.REC, null);
                try (Fd sys = open(scratch, name)) {
                    Mounts.restrict(sys, Mounts.RDONLY, true);
                }
            }
        }
        if (!shape.privileged()) {
            scratch.mkdir(RawPath.of("empty"), 0555);
            try (Dir sys = scratch.openDir(name, Resolve.NO_SYMLINKS)) {
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
    static void sysctls(ContainerSpec spec) throws ContainerException {
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
