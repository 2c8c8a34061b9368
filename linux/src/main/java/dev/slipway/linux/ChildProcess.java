package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

/// A child process. Its id stays valid until [#waitFor] has returned once.
public final class ChildProcess implements AutoCloseable {
    public static final int SIGKILL = 9;
    public static final int SIGTERM = 15;

    private static final int WNOHANG = 1;

    private final int pid;
    private final Fd pidfd;
    private volatile @Nullable Integer exitCode;

    private ChildProcess(int pid, Fd pidfd) {
        this.pid = pid;
        this.pidfd = pidfd;
    }

    /// Takes over a child of this process that nothing else waits for.
    public static ChildProcess of(int pid) throws LinuxException {
        return new ChildProcess(pid, openPidfd(pid));
    }

    /// A descriptor that is readable when the process `pid` has ended; pidfd_open(2).
    public static Fd openPidfd(int pid) throws LinuxException {
        try (Native n = Native.take()) {
            long fd = n.call(ProcessSyscall.PIDFD_OPEN, pid, 0);
            return Fd.own((int) Native.check(fd, "pidfd_open", ""), RawPath.of("pid " + pid));
        }
    }

    public int pid() {
        return pid;
    }

    /// Readable when the process has ended.
    public Fd pidfd() {
        return pidfd;
    }

    /// Sends a signal; nothing happens if the process has ended.
    public void signal(int signal) throws LinuxException {
        try (Native n = Native.take()) {
            long result = n.call(ProcessSyscall.PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0, 0);
            if (result != -Errno.ESRCH && result != -Errno.EBADF) {
                Native.check(result, "pidfd_send_signal", "");
            }
        }
    }

    /// Waits, blocking this thread, until the process has ended.
    ///
    /// @return its exit code; 128 + the signal's number if a signal ended it
    public int waitFor() throws LinuxException {
        return wait(0);
    }

    /// Whether it has ended, without waiting.
    public boolean hasEnded() throws LinuxException {
        return wait(WNOHANG) >= 0;
    }

    private synchronized int wait(int options) throws LinuxException {
        Integer known = exitCode;
        if (known != null) {
            return known;
        }
        try (Native n = Native.take()) {
            var status = n.allocate(8);
            long result;
            do {
                result = n.call(ProcessSyscall.WAIT4, pid, status.address(), options, 0);
            } while (result == -Errno.EINTR);
            if (Native.check(result, "wait4", "") == 0) {
                return -1;
            }
            int word = status.getInt(0);
            int signal = word & 0x7f;
            int code = signal == 0 ? word >> 8 & 0xff : 128 + signal;
            exitCode = code;
            return code;
        }
    }

    @Override
    public void close() {
        pidfd.close();
    }
}
