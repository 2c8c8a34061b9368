package dev.slipway.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The files of `/etc` that a container has of its own: who it is, and whom it knows.
final class HostFiles {
    private static final String DEFAULT_HOSTNAME = "slipway";
    private static final int MAX_BYTES = 1 << 20;

    private HostFiles() {}

    static String hostname(ContainerSpec spec) {
        String name = spec.hostname();
        return name == null ? DEFAULT_HOSTNAME : name;
    }

    /// `/etc/hosts`, `/etc/hostname` and `/etc/resolv.conf`, but for those the specification mounts
    /// itself.
    static List<MountSpec> mounts(ContainerSpec spec) {
        List<MountSpec> mounts = new ArrayList<>(3);
        add(spec, mounts, "/etc/hosts", hosts(spec));
        add(spec, mounts, "/etc/hostname", hostname(spec) + "\n");
        add(spec, mounts, "/etc/resolv.conf", resolvConf());
        return mounts;
    }

    private static void add(
            ContainerSpec spec, List<MountSpec> mounts, String target, String content) {
        for (MountSpec mount : spec.mounts()) {
            if (mount.target().equals(target)) {
                return;
            }
        }
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        mounts.add(new MountSpec.FileContent(target, bytes, 0644, 0, 0, spec.readOnlyRoot()));
    }

    private static String hosts(ContainerSpec spec) {
        StringBuilder hosts = new StringBuilder();
        hosts.append("127.0.0.1\tlocalhost ").append(hostname(spec)).append('\n');
        hosts.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
        spec.extraHosts()
                .forEach((name, address) ->
                        hosts.append(address).append('\t').append(name).append('\n'));
        return hosts.toString();
    }

    private static String resolvConf() {
        Path file = Path.of("/etc/resolv.conf");
        try {
            return Files.size(file) > MAX_BYTES
                    ? ""
                    : Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
