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
        long base = 0;
        for (String name : DEFAULT) {
            base |= Capabilities.bit(name);
        }
        return dropped == all ? added : (base & ~dropped) | added;
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
