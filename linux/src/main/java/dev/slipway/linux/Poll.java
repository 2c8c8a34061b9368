package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

/// Waits for several descriptors at once; ppoll(2).
public final class Poll {
    private static final short POLLIN = 1;
    private static final int POLLFD_BYTES = 8;

    private Poll() {}

    /// Blocks this thread until one can be read without blocking, has been closed at its other end,
    /// or is broken.
    ///
    /// @param timeoutMillis how long to wait at most, 0: not at all, -1: for ever
    /// @param fds null elements are left out
    /// @return for each, whether it is ready
    public static boolean[] readable(long timeoutMillis, @Nullable Fd... fds)
            throws LinuxException {
        try (Native n = Native.take()) {
            long timeout = 0;
            if (timeoutMillis >= 0) {
                var time = n.allocate(16);
                time.putLong(0, timeoutMillis / 1000);
                time.putLong(8, timeoutMillis % 1000 * 1_000_000);
                timeout = time.address();
            }
            var polled = n.allocate(fds.length * POLLFD_BYTES);
            for (int i = 0; i < fds.length; i++) {
                Fd fd = fds[i];
                // A negative number is skipped by the kernel.
                polled.putInt(i * POLLFD_BYTES, fd == null ? -1 : fd.number());
                polled.putShort(i * POLLFD_BYTES + 4, POLLIN);
            }
            long result;
            do {
                result = n.call(ProcessSyscall.PPOLL, polled.address(), fds.length, timeout, 0, 8);
            } while (result == -Errno.EINTR);
            Native.check(result, "ppoll", "");
            boolean[] ready = new boolean[fds.length];
            for (int i = 0; i < fds.length; i++) {
                ready[i] = polled.getShort(i * POLLFD_BYTES + 6) != 0;
            }
            return ready;
        }
    }
}
