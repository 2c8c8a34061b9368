package dev.slipway.linux;

import java.util.List;
import java.util.Locale;

/// Capabilities as a set of bits, `1L << number`; capabilities(7).
public final class Capabilities {
    /// In the order of their numbers, `include/uapi/linux/capability.h`, without `CAP_`.
    public static final List<String> NAMES =
            List.of(
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "DAC_READ_SEARCH",
                    "FOWNER",
                    "FSETID",
                    "KILL",
                    "SETGID",
                    "SETUID",
                    "SETPCAP",
                    "LINUX_IMMUTABLE",
                    "NET_BIND_SERVICE",
                    "NET_BROADCAST",
                    "NET_ADMIN",
                    "NET_RAW",
                    "IPC_LOCK",
                    "IPC_OWNER",
                    "SYS_MODULE",
                    "SYS_RAWIO",
                    "SYS_CHROOT",
                    "SYS_PTRACE",
                    "SYS_PACCT",
                    "SYS_ADMIN",
                    "SYS_BOOT",
                    "SYS_NICE",
                    "SYS_RESOURCE",
                    "SYS_TIME",
                    "SYS_TTY_CONFIG",
                    "MKNOD",
                    "LEASE",
                    "AUDIT_WRITE",
                    "AUDIT_CONTROL",
                    "SETFCAP",
                    "MAC_OVERRIDE",
                    "MAC_ADMIN",
                    "SYSLOG",
                    "WAKE_ALARM",
                    "BLOCK_SUSPEND",
                    "AUDIT_READ",
                    "PERFMON",
                    "BPF",
                    "CHECKPOINT_RESTORE");

    /// Version of capset(2)'s structures: two words of 32 bits a set.
    public static final int VERSION_3 = 0x2008_0522;

    private static final int PR_CAPBSET_READ = 23;

    private Capabilities() {}

    /// The bit of a name, with or without `CAP_`, in any case; 0 if there is no such capability.
    public static long bit(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        int number = NAMES.indexOf(upper.startsWith("CAP_") ? upper.substring(4) : upper);
        return number < 0 ? 0 : 1L << number;
    }

    /// What the calling thread may use.
    public static long permitted() throws LinuxException {
        try (Native n = Native.take()) {
            var header = n.allocate(8);
            var data = n.allocate(24); // twice: effective, permitted, inheritable
            header.putInt(0, VERSION_3);
            Native.check(
                    n.call(ProcessSyscall.CAPGET, header.address(), data.address()), "capget", "");
            return Integer.toUnsignedLong(data.getInt(4)) | (long) data.getInt(16) << 32;
        }
    }

    /// All capabilities this kernel knows.
    public static long known() {
        return Kernel.KNOWN;
    }

    private static long ask() {
        try (Native n = Native.take()) {
            long known = 0;
            for (int i = 0; i < Long.SIZE - 1; i++) {
                if (n.call(ProcessSyscall.PRCTL, PR_CAPBSET_READ, i) < 0) {
                    break;
                }
                known |= 1L << i;
            }
            return known;
        }
    }

    /// Asked for once: some forty calls, and the answer stays the same until the next boot.
    private static final class Kernel {
        static final long KNOWN = ask();
    }
}
