package dev.slipway.linux;

/// Namespaces of the calling *thread*; namespaces(7). Only for a platform thread that ends
/// afterwards: another task run on it would see the wrong files.
public final class Namespaces {
    public static final int MOUNT = 0x0002_0000;
    public static final int CGROUP = 0x0200_0000;
    public static final int UTS = 0x0400_0000;
    public static final int IPC = 0x0800_0000;
    public static final int USER = 0x1000_0000;
    public static final int PID = 0x2000_0000;
    public static final int NET = 0x4000_0000;

    private Namespaces() {}

    /// Moves this thread into new namespaces; for [#PID], the children it makes from now on.
    ///
    /// @param kinds constants of this class, or-ed
    public static void unshare(int kinds) throws LinuxException {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a carrier thread must keep its namespaces");
        }
        try (Native n = Native.take()) {
            Native.check(n.call(ProcessSyscall.UNSHARE, kinds), "unshare", "");
        }
    }

    /// Moves this thread into the namespace `namespace` is open on.
    ///
    /// @param kind the kind it must be, or 0
    public static void enter(Fd namespace, int kind) throws LinuxException {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a carrier thread must keep its namespaces");
        }
        try (Native n = Native.take()) {
            Native.check(n.call(ProcessSyscall.SETNS, namespace.number(), kind), "setns", "");
        }
    }

    /// Sets the host name of this thread's UTS namespace.
    public static void setHostname(String name) throws LinuxException {
        try (Native n = Native.take()) {
            long length = RawPath.of(name).toBytes().length;
            Native.check(
                    n.call(ProcessSyscall.SETHOSTNAME, n.text(name), length), "sethostname", name);
        }
    }

    /// Sets up the loopback interface of this thread's network namespace.
    public static void loopbackUp() throws LinuxException {
        int afInet = 2;
        int datagramCloexec = 2 | OpenFlags.O_CLOEXEC;
        int getFlags = 0x8913;
        int setFlags = 0x8914;
        try (Native n = Native.take()) {
            long socket = n.call(ProcessSyscall.SOCKET, afInet, datagramCloexec, 0);
            try (Fd fd = Fd.own((int) Native.check(socket, "socket", ""), RawPath.of("lo"))) {
                var request = n.allocate(40); // struct ifreq: a name of 16 bytes, then flags
                request.putShort(0, (short) ('l' | 'o' << 8));
                long address = request.address();
                Native.check(
                        n.call(Syscall.IOCTL, fd.number(), getFlags, address), "SIOCGIFFLAGS", "");
                request.putShort(16, (short) (request.getShort(16) | 1)); // IFF_UP
                Native.check(
                        n.call(Syscall.IOCTL, fd.number(), setFlags, address), "SIOCSIFFLAGS", "");
            }
        }
    }
}
