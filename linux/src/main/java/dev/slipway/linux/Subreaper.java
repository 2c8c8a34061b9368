package dev.slipway.linux;

/// Makes orphaned descendants children of this process; prctl(2), PR_SET_CHILD_SUBREAPER.
public final class Subreaper {
    private static final int PR_SET_CHILD_SUBREAPER = 36;

    private Subreaper() {}

    /// From now on, for all of this process. Whoever calls this waits for the orphans it causes.
    public static void become() throws LinuxException {
        try (Native n = Native.take()) {
            Native.check(
                    n.call(ProcessSyscall.PRCTL, PR_SET_CHILD_SUBREAPER, 1), "prctl", "subreaper");
        }
    }
}
