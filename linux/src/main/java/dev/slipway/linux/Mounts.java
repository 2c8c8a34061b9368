package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/// Mounts in the calling thread's mount namespace; mount(2).
public final class Mounts {
    public static final long RDONLY = 1;
    public static final long NOSUID = 2;
    public static final long NODEV = 4;
    public static final long NOEXEC = 8;
    public static final long REMOUNT = 32;
    public static final long BIND = 4096;
    public static final long REC = 16384;
    public static final long PRIVATE = 1 << 18;
    public static final long SLAVE = 1 << 19;
    public static final long RELATIME = 1 << 21;

    /// Flag of [#unmount]: takes the tree out of sight at once, and lets go of it when it is no
    /// longer used.
    public static final int DETACH = 2;

    private static final int FSCONFIG_SET_STRING = 1;
    private static final int FSCONFIG_CMD_CREATE = 6;

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_RECURSIVE = 0x8000;
    private static final int DATA_BYTES = 4096; // the kernel reads one page

    private Mounts() {}

    /// Mounts.
    ///
    /// @param source what; null where it does not matter
    /// @param target where; [Dir#procPath] of a directory that was opened safely, or a trusted path
    /// @param type the file system; null for a bind mount or remount
    /// @param flags constants of this class, or-ed
    /// @param options options of the file system, less than 4096 bytes
    public static void mount(
            @Nullable String source,
            String target,
            @Nullable String type,
            long flags,
            @Nullable String options)
            throws LinuxException {
        if (options != null && options.getBytes(StandardCharsets.UTF_8).length >= DATA_BYTES) {
            throw new LinuxException(Errno.E2BIG, "mount", target);
        }
        try (Native n = Native.take()) {
            long result =
                    n.call(
                            ProcessSyscall.MOUNT,
                            source == null ? 0 : n.text(source),
                            n.text(target),
                            type == null ? 0 : n.text(type),
                            flags,
                            options == null ? 0 : n.text(options));
            Native.check(result, type == null ? "mount" : "mount " + type, target);
        }
    }

    /// Mounts an EROFS image that lies in a file, with one extra device that is a file too; needs
    /// Linux 6.12 and the rights of root outside all user namespaces. Read-only. The kernel keeps
    /// the files open.
    ///
    /// @param target as for [#mount]
    public static void mountErofs(Fd image, Fd device, String target) throws LinuxException {
        String descriptors = "/proc/thread-self/fd/";
        mount(
                descriptors + image.number(),
                target,
                "erofs",
                RDONLY,
                "device=" + descriptors + device.number());
    }

    /// Unmounts what is mounted on top at `target`.
    public static void unmount(String target, int flags) throws LinuxException {
        try (Native n = Native.take()) {
            Native.check(n.call(ProcessSyscall.UMOUNT2, n.text(target), flags), "umount", target);
        }
    }

    /// Copies what is mounted at `source`, with all mounted beneath it, to a tree that is attached
    /// nowhere yet.
    ///
    /// @param source a file or directory, opened in this thread's mount namespace
    public static Fd copyTree(Fd source) throws LinuxException {
        try (Native n = Native.take()) {
            int cloneCloexec = 1 | OpenFlags.O_CLOEXEC;
            long fd =
                    n.call(
                            ProcessSyscall.OPEN_TREE,
                            source.number(),
                            n.latin1(""),
                            AT_EMPTY_PATH | AT_RECURSIVE | cloneCloexec);
            return Fd.own((int) Native.check(fd, "open_tree", ""), RawPath.of("tree"));
        }
    }

    /// Makes a file system in memory that is attached nowhere yet; it takes no set-user-id bits.
    ///
    /// @param name what `/proc/mounts` calls it
    /// @param mode of its root, in octal
    public static Fd memory(String name, String mode) throws LinuxException {
        try (Native n = Native.take()) {
            long context = n.call(ProcessSyscall.FSOPEN, n.latin1("tmpfs"), 1); // FSOPEN_CLOEXEC
            int number = (int) Native.check(context, "fsopen", "tmpfs");
            try (Fd fd = Fd.own(number, RawPath.of("tmpfs"))) {
                configure(n, fd, FSCONFIG_SET_STRING, n.latin1("source"), n.text(name));
                configure(n, fd, FSCONFIG_SET_STRING, n.latin1("mode"), n.latin1(mode));
                configure(n, fd, FSCONFIG_CMD_CREATE, 0, 0);
                long mount = n.call(ProcessSyscall.FSMOUNT, number, 1, NOSUID); // FSMOUNT_CLOEXEC
                return Fd.own((int) Native.check(mount, "fsmount", "tmpfs"), RawPath.of("memory"));
            }
        }
    }

    private static void configure(Native n, Fd context, int command, long key, long value)
            throws LinuxException {
        long result = n.call(ProcessSyscall.FSCONFIG, context.number(), command, key, value, 0);
        Native.check(result, "fsconfig", "tmpfs");
    }

    /// Moves what is mounted on `name` of `directory`, with all mounted beneath it.
    ///
    /// @param target what it is to cover
    public static void move(Dir directory, RawPath name, Fd target) throws LinuxException {
        try (Native n = Native.take()) {
            int emptyTarget = 0x40;
            long result =
                    n.call(
                            ProcessSyscall.MOVE_MOUNT,
                            directory.fd(),
                            n.path(name),
                            target.number(),
                            n.latin1(""),
                            emptyTarget);
            Native.check(result, "move_mount", name);
        }
    }

    /// Mounts a tree that [#copyTree] or [#memory] made.
    ///
    /// @param target what it is to cover
    public static void attach(Fd tree, Fd target) throws LinuxException {
        try (Native n = Native.take()) {
            int bothEmptyPaths = 0x4 | 0x40;
            long empty = n.latin1("");
            long result =
                    n.call(
                            ProcessSyscall.MOVE_MOUNT,
                            tree.number(),
                            empty,
                            target.number(),
                            empty,
                            bothEmptyPaths);
            Native.check(result, "move_mount", "");
        }
    }

    /// Adds restrictions to the mount whose root `root` is, for all who see this mount.
    ///
    /// @param restrictions of [#RDONLY], [#NOSUID], [#NODEV], [#NOEXEC]
    /// @param recursive also to those mounted beneath it; needs Linux 5.12, else only the mount
    ///   itself gets them
    public static void restrict(Fd root, long restrictions, boolean recursive)
            throws LinuxException {
        try (Native n = Native.take()) {
            var attributes =
                    n.allocate(32); // struct mount_attr: set, clear, propagation, userns_fd
            attributes.putLong(0, restrictions); // MOUNT_ATTR_* have the values of MS_*
            long result =
                    n.call(
                            ProcessSyscall.MOUNT_SETATTR,
                            root.number(),
                            n.latin1(""),
                            AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0),
                            attributes.address(),
                            32);
            if (result != -Errno.ENOSYS) {
                Native.check(result, "mount_setattr", "");
                return;
            }
        }
        // Flags that are locked in a user namespace must be repeated.
        long kept = flagsOf(root) & (RDONLY | NOSUID | NODEV | NOEXEC);
        long flags = BIND | REMOUNT | restrictions | kept;
        mount(null, "/proc/thread-self/fd/" + root.number(), null, flags, null);
    }

    /// The flags of the mount `root` lies on: constants of this class, or-ed.
    public static long flagsOf(Fd root) throws LinuxException {
        try (Native n = Native.take()) {
            var statfs = n.allocate(120);
            Native.check(
                    n.call(ProcessSyscall.FSTATFS, root.number(), statfs.address()), "fstatfs", "");
            return statfs.getLong(80); // f_flags; ST_RDONLY and kin have MS_* values
        }
    }

    /// Changes the calling thread's working directory. Only for a thread with a mount namespace of
    /// its own.
    public static void changeDirectory(String path) throws LinuxException {
        try (Native n = Native.take()) {
            Native.check(n.call(ProcessSyscall.CHDIR, n.text(path)), "chdir", path);
        }
    }

    /// Sets the calling thread's umask. Only for a thread with a mount namespace of its own.
    public static void setUmask(int mask) {
        try (Native n = Native.take()) {
            n.call(ProcessSyscall.UMASK, mask);
        }
    }
}
