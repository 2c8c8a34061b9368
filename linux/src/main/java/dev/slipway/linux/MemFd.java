package dev.slipway.linux;

/// A file without a name, in memory; memfd_create(2).
public final class MemFd {
    private static final int CLOEXEC = 1;
    private static final int ALLOW_SEALING = 2;
    private static final int EXEC = 0x10;
    private static final int F_ADD_SEALS = 1033;
    private static final int ALL_SEALS = 0x1 | 0x2 | 0x4 | 0x8; // seal, shrink, grow, write

    private MemFd() {}

    /// Makes one that may be executed once [#seal]ed.
    ///
    /// @param name what `/proc/PID/exe` shows
    public static Fd executable(String name) throws LinuxException {
        try (Native n = Native.take()) {
            int flags = CLOEXEC | ALLOW_SEALING;
            long fd = n.call(ProcessSyscall.MEMFD_CREATE, n.text(name), flags | EXEC);
            if (fd == -Errno.EINVAL) { // before Linux 6.3, every memfd could be executed
                fd = n.call(ProcessSyscall.MEMFD_CREATE, n.text(name), flags);
            }
            return Fd.own((int) Native.check(fd, "memfd_create", name), RawPath.of(name));
        }
    }

    /// From now on nobody can change the file, whoever opens it.
    public static void seal(Fd file) throws LinuxException {
        try (Native n = Native.take()) {
            Native.check(
                    n.call(ProcessSyscall.FCNTL, file.number(), F_ADD_SEALS, ALL_SEALS),
                    "fcntl(F_ADD_SEALS)",
                    "");
        }
    }
}
