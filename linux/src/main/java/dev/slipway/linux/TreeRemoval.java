package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Iterator;

/// Removes a tree without recursion. At most [#MAX_OPEN] directories are open: a directory above
/// those is closed and reopened through `..` on the way back, and must then still be the same one.
final class TreeRemoval {
    private static final int MAX_OPEN = 64;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int OWNER_ALL = 0700;

    private final ArrayDeque<Level> levels = new ArrayDeque<>(); // deepest first

    private static final class Level {
        final RawPath name;
        final FileStat stat;
        final Iterator<DirEntry> rest;
        @Nullable Fd fd;

        Level(RawPath name, Fd fd) throws LinuxException {
            this.name = name;
            this.fd = fd;
            this.stat = fd.stat();
            if (stat.mode() != OWNER_ALL && Host.uid() != 0) {
                makeWritable(fd, name);
            }
            this.rest = Listing.read(fd.number(), name).iterator();
        }
    }

    private TreeRemoval() {}

    /// Removes `name` in the directory, and all beneath it.
    static void remove(int parentFd, RawPath name) throws LinuxException {
        new TreeRemoval().run(parentFd, name);
    }

    private void run(int parentFd, RawPath name) throws LinuxException {
        try {
            removeOrPush(parentFd, name);
            drain(parentFd);
        } finally {
            for (Level level : levels) {
                if (level.fd != null) {
                    level.fd.close();
                }
            }
        }
    }

    private void drain(int parentFd) throws LinuxException {
        while (!levels.isEmpty()) {
            Level level = levels.element();
            Fd fd = level.fd;
            if (fd == null) {
                throw new IllegalStateException("a directory was closed while in use");
            }
            if (level.rest.hasNext()) {
                removeOrPush(fd.number(), level.rest.next().name());
            } else {
                pop(parentFd, level, fd);
            }
        }
    }

    private void removeOrPush(int dirFd, RawPath name) throws LinuxException {
        Fd child = removeOrOpen(dirFd, name);
        if (child == null) {
            return;
        }
        try {
            levels.push(new Level(name, child));
        } catch (LinuxException e) {
            child.close();
            throw e;
        }
        if (levels.size() > MAX_OPEN) {
            closeAbove();
        }
    }

    private void closeAbove() {
        int index = 0;
        for (Level level : levels) {
            if (index++ == MAX_OPEN) {
                if (level.fd != null) {
                    level.fd.close();
                    level.fd = null;
                }
                return;
            }
        }
    }

    private void pop(int parentFd, Level level, Fd fd) throws LinuxException {
        levels.pop();
        try (fd) {
            Level above = levels.peek();
            if (above == null) {
                removeEmpty(parentFd, level.name);
                return;
            }
            if (above.fd == null) {
                above.fd = reopen(fd, above);
            }
            removeEmpty(above.fd.number(), level.name);
        }
    }

    private static Fd reopen(Fd child, Level above) throws LinuxException {
        Fd fd = open(child.number(), RawPath.of(".."));
        FileStat stat = fd.stat();
        if (stat.inode() != above.stat.inode() || stat.device() != above.stat.device()) {
            fd.close();
            throw new LinuxException(Errno.ESTALE, "directory moved", above.name.toString());
        }
        return fd;
    }

    /// @return null if the name is gone; the directory's descriptor if it is one that is not empty
    private static @Nullable Fd removeOrOpen(int dirFd, RawPath name) throws LinuxException {
        try (Native n = Native.take()) {
            long result = n.call(Syscall.UNLINKAT, dirFd, n.path(name), 0);
            if (result == -Errno.EISDIR) {
                result = n.call(Syscall.UNLINKAT, dirFd, n.path(name), AT_REMOVEDIR);
            }
            if (result == -Errno.ENOTEMPTY || result == -Errno.EEXIST) {
                return open(dirFd, name);
            }
            if (result != -Errno.ENOENT) { // another remover was quicker
                Native.check(result, "unlinkat", name);
            }
            return null;
        }
    }

    private static void removeEmpty(int dirFd, RawPath name) throws LinuxException {
        try (Native n = Native.take()) {
            long result = n.call(Syscall.UNLINKAT, dirFd, n.path(name), AT_REMOVEDIR);
            Native.check(result, "unlinkat", name);
        }
    }

    private static Fd open(int dirFd, RawPath name) throws LinuxException {
        int flags =
                OpenFlags.O_RDONLY
                        | OpenFlags.O_DIRECTORY
                        | OpenFlags.O_NOFOLLOW
                        | OpenFlags.O_CLOEXEC;
        try (Native n = Native.take()) {
            long fd = n.call(Syscall.OPENAT, dirFd, n.path(name), flags, 0);
            if (fd == -Errno.EACCES) {
                long proc = n.latin1("/proc/self/fd/" + dirFd + "/" + name.latin1());
                n.call(Syscall.FCHMODAT, Native.AT_FDCWD, proc, OWNER_ALL);
                fd = n.call(Syscall.OPENAT, dirFd, n.path(name), flags, 0);
            }
            return new Fd((int) Native.check(fd, "openat", name), name);
        }
    }

    /// What an owner without privilege needs to empty a directory made read-only.
    private static void makeWritable(Fd fd, RawPath name) throws LinuxException {
        try (Native n = Native.take()) {
            long result =
                    n.call(
                            Syscall.FCHMODAT,
                            Native.AT_FDCWD,
                            n.latin1("/proc/self/fd/" + fd.number()),
                            OWNER_ALL);
            if (result != -Errno.EPERM) {
                Native.check(result, "fchmodat", name);
            }
        }
    }
}
