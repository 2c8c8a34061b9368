package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.FileType;
import dev.slipway.linux.Host;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// Writes the files of a tree into a directory of the host, with names, modes, times, owners (as
/// root), link structure and extended attributes. Nothing outside the directory is reached.
final class TreeCopy {
    private static final int WRITE = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
    private static final int BUFFER_BYTES = 128 * 1024;

    private final FileTree files;
    private final Dir target;
    private final boolean root = Host.uid() == 0;
    private final Map<Long, RawPath> links = new HashMap<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];

    TreeCopy(FileTree files, Dir target) {
        this.files = files;
        this.target = target;
    }

    /// Copies what `source` holds, links in its path followed, to the top of the target.
    void copyContents(RawPath source) throws IOException {
        var from = files.resolvePath(source, true);
        copyChildren(from, RawPath.ROOT);
    }

    private void copyChildren(RawPath from, RawPath to) throws IOException {
        for (var child : files.children(from)) {
            copy(child, to.child(child.path().name()));
        }
    }

    private void copy(FileEntry entry, RawPath to) throws IOException {
        if (entry.hardlinkGroup() != 0 && !entry.isDirectory()) {
            var first = links.putIfAbsent(entry.hardlinkGroup(), to);
            if (first != null) {
                replace(to);
                target.link(first, target, to);
                return;
            }
        }
        if (entry.isDirectory()) {
            directory(entry, to);
            return;
        }
        replace(to);
        switch (entry.type()) {
            case REGULAR -> regular(entry, to);
            case SYMLINK -> {
                var link = entry.linkTarget();
                target.symlink(link == null ? RawPath.ROOT : link, to);
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
                if (root || entry.type() == FileType.FIFO) {
                    target.mknod(
                            to,
                            entry.type(),
                            entry.mode(),
                            entry.deviceMajor(),
                            entry.deviceMinor());
                } else {
                    return; // only root may make devices
                }
            }
            case SOCKET, DIRECTORY -> {
                return;
            }
        }
        attributes(entry, to);
    }

    private void directory(FileEntry entry, RawPath to) throws IOException {
        var there = target.statIfExists(to);
        if (there == null || there.type() != FileType.DIRECTORY) {
            replace(to);
            target.mkdir(to, 0700);
        }
        copyChildren(entry.path(), to);
        attributes(entry, to);
    }

    private void replace(RawPath to) throws IOException {
        var there = target.statIfExists(to);
        if (there != null) {
            if (there.type() == FileType.DIRECTORY) {
                target.removeTree(to);
            } else {
                target.unlink(to);
            }
        }
    }

    private void regular(FileEntry entry, RawPath to) throws IOException {
        try (var in = files.open(entry);
                var out = target.open(to, WRITE, 0600, Resolve.NO_SYMLINKS)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        }
    }

    /// Owner before mode, which a change of owner would strip of set-id bits; times last.
    private void attributes(FileEntry entry, RawPath to) throws IOException {
        if (root) {
            target.chown(to, entry.uid(), entry.gid());
        }
        if (!entry.isSymlink()) {
            target.chmod(to, entry.mode());
        }
        for (var xattr : entry.xattrs().entrySet()) {
            try {
                target.setXattr(to, xattr.getKey(), xattr.getValue());
            } catch (LinuxException e) {
                if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EPERM) {
                    throw e;
                }
            }
        }
        target.setTimes(to, null, entry.mtime());
    }
}
