package dev.slipway.container;

import dev.slipway.linux.Capabilities;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.ResourceLimits;

import java.util.ArrayList;
import java.util.List;

/// Lowers limits to what this process may set: without CAP_SYS_RESOURCE, its own hard limits.
final class UlimitClamp {
    private UlimitClamp() {}

    static List<Ulimit> clamp(List<Ulimit> ulimits, long permitted, Warnings warnings)
            throws LinuxException {
        if ((permitted & Capabilities.bit("SYS_RESOURCE")) != 0) {
            return ulimits;
        }
        List<Ulimit> clamped = new ArrayList<>(ulimits.size());
        for (Ulimit limit : ulimits) {
            long most = ResourceLimits.hard(limit.number());
            if (Long.compareUnsigned(limit.hard(), most) > 0) {
                warnings.add(
                        "ulimit "
                                + limit.name()
                                + " is lowered to this process's hard limit "
                                + most);
                long soft = Long.compareUnsigned(limit.soft(), most) > 0 ? most : limit.soft();
                clamped.add(new Ulimit(limit.name(), soft, most));
            } else {
                clamped.add(limit);
            }
        }
        return clamped;
    }
}
