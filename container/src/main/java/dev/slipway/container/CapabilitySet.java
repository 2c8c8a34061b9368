package dev.slipway.container;

import dev.slipway.linux.Capabilities;

import java.util.List;
import java.util.Set;

/// Which capabilities a container's processes may have.
final class CapabilitySet {
    /// Docker's default set.
    private static final List<String> DEFAULT =
            List.of(
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FSETID",
                    "FOWNER",
                    "MKNOD",
                    "NET_RAW",
                    "SETGID",
                    "SETUID",
                    "SETFCAP",
                    "SETPCAP",
                    "NET_BIND_SERVICE",
                    "SYS_CHROOT",
                    "KILL",
                    "AUDIT_WRITE");

    private static final long DEFAULT_BITS = defaultBits();

    private CapabilitySet() {}

    /// The set as bits, whether or not this process could give them.
    ///
    /// @throws ContainerException if a name is of no capability
    static long of(ContainerSpec spec) throws ContainerException {
        long all = (1L << Capabilities.NAMES.size()) - 1;
        if (spec.privileged()) {
            return all;
        }
        long dropped = bits(spec.capDrop(), all);
        long added = bits(spec.capAdd(), all);
        if (added == all) { // ALL except those dropped by name
            return dropped == all ? 0 : all & ~dropped;
        }
        return dropped == all ? added : (DEFAULT_BITS & ~dropped) | added;
    }

    /// Whether these are none but Docker's defaults.
    static boolean isUsual(long capabilities) {
        return (capabilities & ~DEFAULT_BITS) == 0;
    }

    private static long defaultBits() {
        long bits = 0;
        for (String name : DEFAULT) {
            bits |= Capabilities.bit(name);
        }
        return bits;
    }

    private static long bits(Set<String> names, long all) throws ContainerException {
        long bits = 0;
        for (String name : names) {
            if (name.equalsIgnoreCase("ALL") || name.equalsIgnoreCase("CAP_ALL")) {
                return all;
            }
            long bit = Capabilities.bit(name);
            if (bit == 0) {
                throw new ContainerException(
                        ContainerException.Reason.INVALID_SPEC, "unknown capability " + name, null);
            }
            bits |= bit;
        }
        return bits;
    }
}
