package dev.slipway.container;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Mounts;
import dev.slipway.linux.Namespaces;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// What a container needs whatever runs in it, on whatever image: namespaces that the calling
/// thread is in from now on, and in them `/dev` and `/sys`, ready to be moved to its root.
///
/// All is mounted in a file system in memory that lies over the root of the mount namespace. Paths
/// do not lead there, as this thread's root is the one beneath: no path of the host is hidden.
final class Sandbox implements AutoCloseable {
    private static final Path HOST_ROOT = Path.of("/");

    /// What it depends on all the same.
    ///
    /// @param shmSizeBytes the size of `/dev/shm`; 0 is the usual one
    record Shape(NetworkMode network, boolean privileged, long shmSizeBytes) {
        static Shape of(ContainerSpec spec) {
            return new Shape(spec.network(), spec.privileged(), spec.shmSizeBytes());
        }

        /// Not `equals`, a record's own of which is a class that the JVM spins.
        boolean fits(Shape other) {
            return network == other.network
                    && privileged == other.privileged
                    && shmSizeBytes == other.shmSizeBytes;
        }
    }

    private final Dir scratch;
    private final NetworkNamespaces.@Nullable Lease network;

    private Sandbox(Dir scratch, NetworkNamespaces.@Nullable Lease network) {
        this.scratch = scratch;
        this.network = network;
    }

    /// Moves this thread into a new one; it must do nothing else afterwards.
    ///
    /// @param networks where to get a network namespace from; null: always a new one
    static Sandbox enter(Shape shape, @Nullable NetworkNamespaces networks)
            throws ContainerException, LinuxException {
        NetworkNamespaces.Lease network = enterNamespaces(shape, networks);
        try {
            Dir scratch = mountScratch();
            try {
                SystemMounts.dev(scratch, shape);
                SystemMounts.sys(scratch, shape);
                return new Sandbox(scratch, network);
            } catch (LinuxException e) {
                scratch.close();
                throw e;
            }
        } catch (LinuxException e) {
            if (network != null) {
                network.drop();
            }
            throw e;
        }
    }

    private static NetworkNamespaces.@Nullable Lease enterNamespaces(
            Shape shape, @Nullable NetworkNamespaces networks)
            throws ContainerException, LinuxException {
        try {
            Namespaces.unshare(Namespaces.MOUNT | Namespaces.PID | Namespaces.IPC | Namespaces.UTS);
            Mounts.setUmask(0); // of this thread: modes are meant as they are given
            Mounts.mount(null, "/", null, Mounts.REC | Mounts.PRIVATE, null);
            if (shape.network != NetworkMode.NONE) {
                return null;
            }
            if (networks == null) {
                NetworkNamespaces.enterNew();
                return null;
            }
            return networks.enter();
        } catch (LinuxException e) {
            if (!e.call().equals("unshare")) {
                throw e;
            }
            throw new ContainerException(
                    ContainerException.Reason.UNSUPPORTED,
                    "this process may not make namespaces: " + e.getMessage(),
                    e.errno() == Errno.EPERM ? "run as root, or rootless in a user namespace" : "",
                    e);
        }
    }

    private static Dir mountScratch() throws LinuxException {
        try (Fd memory = Mounts.memory("slipway", "700");
                Fd root = Fd.open(HOST_ROOT, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0)) {
            Mounts.attach(memory, root);
            return Dir.open(Path.of(SystemMounts.procPath(memory)));
        }
    }

    /// The file system in memory. It allows devices, and is out of the container's reach.
    Dir scratch() {
        return scratch;
    }

    /// Moves `/dev` and `/sys` to a container's root, where directories wait for them.
    void moveTo(Dir root) throws LinuxException {
        move(root, RawPath.of("dev"));
        move(root, RawPath.of("sys"));
    }

    private void move(Dir root, RawPath name) throws LinuxException {
        try (Fd on = root.open(name, OpenFlags.O_PATH, 0, Resolve.NO_SYMLINKS)) {
            Mounts.move(scratch, name, on);
        }
    }

    /// Lets go of it, and has its network namespace used again. Only when no process that was in it
    /// is left, and none had more rights than usual.
    void giveBack() {
        scratch.close();
        if (network != null) {
            network.giveBack();
        }
    }

    /// Lets go of it. The mounts go with the thread.
    @Override
    public void close() {
        scratch.close();
        if (network != null) {
            network.drop();
        }
    }
}
