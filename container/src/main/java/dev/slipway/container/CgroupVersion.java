package dev.slipway.container;

import java.nio.file.Files;
import java.nio.file.Path;

/// Which kind of cgroups this machine has.
final class CgroupVersion {
    private CgroupVersion() {}

    /// Whether there is one hierarchy, version 2, and no other.
    static boolean unified() {
        return Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    }
}
