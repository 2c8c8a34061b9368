package dev.slipway.base;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerWriter;
import dev.slipway.image.Store;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Writes a configured root as one layer that does not tell when or where it was made: no logs, no
/// caches, no backups, no identity of a machine, and no time after the release's.
final class Polish {
    private static final Set<String> DROPPED =
            Set.of(
                    "etc/machine-id",
                    "etc/passwd-",
                    "etc/group-",
                    "etc/shadow-",
                    "etc/gshadow-",
                    "etc/subuid-",
                    "etc/subgid-",
                    "usr/sbin/policy-rc.d",
                    "var/cache/apt/pkgcache.bin",
                    "var/cache/apt/srcpkgcache.bin",
                    "var/cache/debconf/config.dat-old",
                    "var/cache/debconf/passwords.dat-old",
                    "var/cache/debconf/templates.dat-old",
                    "var/cache/ldconfig/aux-cache",
                    "var/lib/dbus/machine-id",
                    "var/lib/dpkg/available-old",
                    "var/lib/dpkg/diversions-old",
                    "var/lib/dpkg/statoverride-old",
                    "var/lib/dpkg/status-old");

    /// Directories whose content is not kept.
    private static final Set<String> EMPTIED = Set.of("run", "tmp", "var/tmp", "mnt");

    private final BaseDefinition definition;
    private final Timespec time;
    private final Map<Long, RawPath> linked = new HashMap<>();

    Polish(BaseDefinition definition, Timespec time) {
        this.definition = definition;
        this.time = time;
    }

    Layer write(Store store, FileTree tree) throws IOException {
        try (var writer = store.layers().create()) {
            children(writer, tree, RawPath.ROOT);
            return writer.seal();
        }
    }

    private void children(LayerWriter writer, FileTree tree, RawPath directory) throws IOException {
        for (var entry : tree.children(directory)) {
            if (keeps(entry)) {
                put(writer, tree, entry);
                if (entry.isDirectory() && !EMPTIED.contains(entry.path().latin1())) {
                    children(writer, tree, entry.path());
                }
            }
        }
    }

    private void put(LayerWriter writer, FileTree tree, FileEntry found) throws IOException {
        var entry = found.mtime().compareTo(time) > 0 ? found.withMtime(time) : found;
        var first =
                entry.hardlinkGroup() == 0
                        ? null
                        : linked.putIfAbsent(entry.hardlinkGroup(), entry.path());
        if (first != null) {
            writer.hardLink(entry, first);
        } else if (entry.isRegular()) {
            try (var content = tree.open(found)) {
                writer.put(entry, content);
            }
        } else {
            writer.put(entry, null);
        }
    }

    private boolean keeps(FileEntry entry) {
        var path = entry.path().latin1();
        if (DROPPED.contains(path) || !Trim.keeps(definition.trim(), path)) {
            return false;
        }
        boolean left = path.startsWith("var/log/") || path.startsWith("var/lib/apt/lists/");
        return !left || !entry.isRegular() || entry.size() == 0;
    }
}
