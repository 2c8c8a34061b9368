package dev.slipway.linux;

/// openat2(2): every way into a tree of files that is not trusted.
final class Opening {
    private static final int OPEN_HOW_BYTES = 24;

    /// The kernel answers EAGAIN when a rename anywhere raced a `..`; it settles quickly.
    private static final int MAX_RACES = 10_000;

    private Opening() {}

    /// Opens `path` beneath `dirFd`; empty means the directory itself.
    static Fd open(int dirFd, RawPath path, int flags, int mode, Resolve how)
            throws LinuxException {
        if (path.latin1().length() < Native.PATH_MAX) {
            return openShort(dirFd, path, flags, mode, how);
        }
        return openLong(dirFd, path, flags, mode);
    }

    private static Fd openShort(int dirFd, RawPath path, int flags, int mode, Resolve how)
            throws LinuxException {
        try (Native n = Native.take()) {
            Memory openHow = n.allocate(OPEN_HOW_BYTES);
            int all = flags | OpenFlags.O_CLOEXEC;
            openHow.putLong(0, all & 0xffffffffL);
            openHow.putLong(8, mode);
            openHow.putLong(16, how.bits());
            long name = path.isRoot() ? n.latin1(".") : n.path(path);
            long result = 0;
            for (int race = 0; race < MAX_RACES; race++) {
                result = n.call(Syscall.OPENAT2, dirFd, name, openHow.address(), OPEN_HOW_BYTES);
                if (result != -Errno.EAGAIN && result != -Errno.EINTR) {
                    break;
                }
            }
            return new Fd((int) Native.check(result, "openat2", path), path);
        }
    }

    /// A path longer than the kernel takes at once is walked in pieces, which is exact as long as
    /// no piece holds a link; a link is ELOOP.
    private static Fd openLong(int dirFd, RawPath path, int flags, int mode) throws LinuxException {
        String rest = path.latin1();
        Fd current = null;
        try {
            int from = dirFd;
            while (rest.length() >= Native.PATH_MAX) {
                int slash = rest.lastIndexOf('/', Native.PATH_MAX - 2);
                if (slash <= 0) {
                    throw new LinuxException(Errno.ENAMETOOLONG, "openat2", path.toString());
                }
                RawPath piece = RawPath.trusted(rest.substring(0, slash));
                Fd next =
                        openShort(
                                from,
                                piece,
                                OpenFlags.O_PATH | OpenFlags.O_DIRECTORY,
                                0,
                                Resolve.NO_SYMLINKS);
                if (current != null) {
                    current.close();
                }
                current = next;
                from = next.number();
                rest = rest.substring(slash + 1);
            }
            return openShort(from, RawPath.trusted(rest), flags, mode, Resolve.NO_SYMLINKS);
        } finally {
            if (current != null) {
                current.close();
            }
        }
    }
}
