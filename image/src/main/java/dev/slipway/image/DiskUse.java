package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.DirEntry;
import dev.slipway.linux.Errno;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import java.util.HashSet;
import java.util.Set;

/// Counts the disk blocks of files and directories, hard links once.
final class DiskUse {
    private static final int BLOCK = 512;

    private final Set<Long> linked = new HashSet<>();
    private long bytes;

    private DiskUse() {}

    /// Returns the bytes of disk that `name` in `parent` takes, with all under it; what vanishes
    /// meanwhile counts nothing.
    static long of(Dir parent, RawPath name) throws LinuxException {
        var use = new DiskUse();
        use.add(parent, name);
        return use.bytes;
    }

    private void add(Dir parent, RawPath name) throws LinuxException {
        FileStat stat = parent.statIfExists(name);
        if (stat == null || (stat.links() > 1 && isKnown(stat))) {
            return;
        }
        bytes += stat.blocks() * BLOCK;
        if (stat.type() != FileType.DIRECTORY) {
            return;
        }
        try (Dir dir = parent.openDir(name, Resolve.NO_SYMLINKS)) {
            for (DirEntry entry : dir.list()) {
                add(dir, entry.name());
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private boolean isKnown(FileStat stat) {
        return stat.type() != FileType.DIRECTORY && !linked.add(stat.inode());
    }
}
