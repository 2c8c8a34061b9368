package dev.slipway.build;

import dev.slipway.container.CdiDevices;
import dev.slipway.container.Resources;
import dev.slipway.container.Ulimit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a build asks of all its RUNs, whatever the Dockerfile says.
///
/// @param resources what a command may use; no part of a key, as a result does not depend on it
/// @param ulimits part of a key, as in BuildKit
/// @param shmSizeBytes size of `/dev/shm`, 0: 64 MiB; part of a key, as in BuildKit
/// @param cgroupParent where the containers' control groups are made; empty: nowhere in particular;
///   part of a key, as in BuildKit
/// @param volumes what of this machine they see; part of a key by name, not by content
/// @param attempts for RUNs that say nothing of their own
/// @param allowed entitlements: `security.insecure`, `network.host`, `device`, `device=NAME`,
///   `volume`, `volume=PATH`
/// @param cdiDirectories where device specifications are looked for
public record RunSettings(
        Resources resources,
        List<Ulimit> ulimits,
        long shmSizeBytes,
        String cgroupParent,
        List<HostMount> volumes,
        Attempts attempts,
        Set<String> allowed,
        List<Path> cdiDirectories) {
    static final String INSECURE = "security.insecure";
    static final String HOST_NETWORK = "network.host";
    private static final String DEVICE = "device";
    private static final String VOLUME = "volume";

    public RunSettings {
        ulimits = List.copyOf(ulimits);
        volumes = List.copyOf(volumes);
        allowed = Set.copyOf(allowed);
        cdiDirectories = List.copyOf(cdiDirectories);
        if ((cgroupParent + "/").contains("../")) {
            throw new IllegalArgumentException("invalid cgroup parent: " + cgroupParent);
        }
    }

    /// Starts with nothing asked for.
    public static Builder builder() {
        return new Builder();
    }

    boolean allows(String entitlement) {
        return allowed.contains(entitlement);
    }

    /// Whether a device may be used: all may, or it is allowed by name or by kind.
    boolean allowsDevice(String name, String kind) {
        return allows(DEVICE) || allows(DEVICE + "=" + name) || allows(DEVICE + "=" + kind);
    }

    /// Checks that the volumes are there and allowed.
    void check() throws BuildException {
        for (var volume : volumes) {
            if (!allowsVolume(volume.source())) {
                throw BuildException.of("the volume " + volume.source() + " is not allowed")
                        .hint("allow it with --allow volume=" + volume.source())
                        .make();
            }
            if (!Files.exists(volume.source())) {
                throw BuildException.of("the volume " + volume.source() + " does not exist")
                        .hint("make it first, or correct --volume")
                        .make();
            }
        }
    }

    private boolean allowsVolume(Path source) {
        for (var entitlement : allowed) {
            if (entitlement.equals(VOLUME)) {
                return true;
            }
            if (entitlement.startsWith(VOLUME + "=")
                    && source.startsWith(Path.of(entitlement.substring(VOLUME.length() + 1)))) {
                return true;
            }
        }
        return false;
    }

    /// Collects settings. Not thread-safe.
    public static final class Builder {
        private Resources resources = Resources.UNLIMITED;
        private List<Ulimit> ulimits = List.of();
        private long shmSizeBytes;
        private String cgroupParent = "";
        private final List<HostMount> volumes = new ArrayList<>();
        private Attempts attempts = Attempts.ONE;
        private final Set<String> allowed = new LinkedHashSet<>();
        private List<Path> cdiDirectories = CdiDevices.DIRECTORIES;

        private Builder() {}

        public Builder resources(Resources value) {
            resources = value;
            return this;
        }

        public Builder ulimits(List<Ulimit> value) {
            ulimits = value;
            return this;
        }

        public Builder shmSizeBytes(long value) {
            shmSizeBytes = value;
            return this;
        }

        public Builder cgroupParent(String value) {
            cgroupParent = value;
            return this;
        }

        public Builder volume(HostMount value) {
            volumes.add(value);
            return this;
        }

        public Builder attempts(Attempts value) {
            attempts = value;
            return this;
        }

        public Builder cdiDirectories(List<Path> value) {
            cdiDirectories = value;
            return this;
        }

        /// Allows what a build may not do by itself.
        ///
        /// @throws IllegalArgumentException if there is no such entitlement
        public Builder allow(String entitlement) {
            int equals = entitlement.indexOf('=');
            var name = equals < 0 ? entitlement : entitlement.substring(0, equals);
            boolean takesValue = name.equals(DEVICE) || name.equals(VOLUME);
            boolean known = takesValue || name.equals(INSECURE) || name.equals(HOST_NETWORK);
            if (!known || (equals >= 0 && !takesValue)) {
                throw new IllegalArgumentException("unknown entitlement " + entitlement);
            }
            allowed.add(
                    name.equals(VOLUME) && equals >= 0
                            ? VOLUME + "=" + absolute(entitlement.substring(equals + 1))
                            : entitlement);
            return this;
        }

        private static Path absolute(String path) {
            return Path.of(path).toAbsolutePath().normalize();
        }

        /// The settings.
        ///
        /// @throws IllegalArgumentException if the cgroup's parent leads out of the hierarchy
        public RunSettings build() {
            return new RunSettings(
                    resources,
                    ulimits,
                    shmSizeBytes,
                    cgroupParent,
                    volumes,
                    attempts,
                    allowed,
                    cdiDirectories);
        }
    }
}
