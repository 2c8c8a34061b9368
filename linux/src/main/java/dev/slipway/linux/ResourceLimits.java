package dev.slipway.linux;

/// Limits of this process; getrlimit(2).
public final class ResourceLimits {
    private ResourceLimits() {}

    /// The hard limit of `resource`, a number of setrlimit(2); -1 is none.
    public static long hard(int resource) throws LinuxException {
        try (Native n = Native.take()) {
            var limit = n.allocate(16);
            long result = n.call(ProcessSyscall.PRLIMIT64, 0, resource, 0, limit.address());
            Native.check(result, "prlimit", "");
            return limit.getLong(8);
        }
    }
}
