package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.DirEntry;
import dev.slipway.linux.Errno;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.Host;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Finds the leases whose owners died and removes what these left in `tmp/`.
final class DeadLeases {
    private DeadLeases() {}

    /// Removes dead leases and their temporaries. Cheap where nobody died: one directory is read.
    static void sweep(Store store) throws IOException {
        for (String id : ids(store)) {
            try (FileLock lock = lockIfDead(store, id)) {
                if (lock != null) {
                    removeTemps(store, id);
                    Store.discard(Lease.directory(store).resolve(id));
                }
            }
        }
    }

    static List<String> ids(Store store) throws LinuxException {
        try (Dir leases = Dir.open(Lease.directory(store))) {
            var ids = new ArrayList<String>();
            for (DirEntry entry : leases.list()) {
                ids.add(entry.name().latin1());
            }
            return ids;
        }
    }

    /// Returns the lease's lock if its owner is dead, else null. Owners hold the lock; where a file
    /// system does not tell of locks held elsewhere, the process named inside decides.
    static @Nullable FileLock lockIfDead(Store store, String id) throws IOException {
        Path file = Lease.directory(store).resolve(id);
        if (!Files.exists(file)) {
            return null;
        }
        FileLock lock = FileLock.tryExclusive(file);
        if (lock != null && isAlive(store, Files.readString(file, StandardCharsets.ISO_8859_1))) {
            lock.close();
            return null;
        }
        return lock;
    }

    private static boolean isAlive(Store store, String lease) throws IOException {
        int end = lease.indexOf('\n');
        int first = lease.indexOf(' ');
        int second = first < 0 ? -1 : lease.indexOf(' ', first + 1);
        if (second < 0 || end < second) {
            return false; // its first line was never written: nothing depends on it
        }
        try {
            long pid = Long.parseLong(lease.substring(0, first));
            long start = Long.parseLong(lease.substring(first + 1, second));
            return lease.substring(second + 1, end).equals(store.bootId())
                    && pid != Host.pid() // ours hold their lock
                    && Host.startTime(pid) == start;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /// Removes the temporaries of one lease, whose lock the caller holds.
    static void removeTemps(Store store, String id) {
        try (Dir tmp = Dir.open(store.home().resolve("tmp"))) {
            for (DirEntry entry : tmp.list()) {
                if (entry.name().latin1().startsWith(id + ".")) {
                    remove(tmp, entry.name());
                }
            }
        } catch (LinuxException _) {
            // Whatever is left, the collector finds again.
        }
    }

    static void remove(Dir parent, RawPath name) throws LinuxException {
        try {
            parent.removeTree(name);
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }
}
