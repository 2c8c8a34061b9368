package dev.slipway.build;

import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarReader;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;
import dev.slipway.linux.Timespec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Unpacks the files of a cache mount into an empty directory that nobody else sees yet.
///
/// Every name is opened beneath that directory and through no link, those of the archive itself
/// included (CVE-2026-42574); a hard link links to a file of the same archive or to nothing
/// (CVE-2026-50163); devices are refused, as no cache needs one.
final class MountUnpacking {
    private static final int BUFFER = 128 << 10;
    private static final int NEW =
            OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW;

    private final TarReader tar;
    private final Dir root;
    private final byte[] buffer = new byte[BUFFER];
    private final List<Directory> directories = new ArrayList<>();

    /// A directory whose mode and time are set once all is in it.
    private record Directory(RawPath path, int mode, Timespec mtime) {}

    MountUnpacking(TarReader tar, Dir root) {
        this.tar = tar;
        this.root = root;
    }

    void run() throws IOException {
        for (var entry = tar.next(); entry != null; entry = tar.next()) {
            try {
                add(entry);
            } catch (LinuxException e) {
                if (e.errno() == Errno.ENOSPC) {
                    throw e;
                }
                throw new InvalidCacheArchiveException(
                        "cannot unpack " + entry.path() + ": " + BuildException.messageOf(e), e);
            }
        }
        for (int i = directories.size() - 1; i >= 0; i--) {
            var directory = directories.get(i);
            root.chmod(directory.path, directory.mode);
            root.setTimes(directory.path, null, directory.mtime);
        }
    }

    private void add(TarEntry entry) throws IOException {
        var path = entry.path();
        if (path.isRoot()) {
            if (entry.kind() != TarEntry.Kind.DIRECTORY) {
                throw new InvalidCacheArchiveException("the root is no directory", null);
            }
            finish(root, entry, RawPath.ROOT);
            return;
        }
        try (var parent = root.openDir(path.parent(), Resolve.NO_SYMLINKS)) {
            var name = path.name();
            switch (entry.kind()) {
                case DIRECTORY -> parent.mkdir(name, 0700);
                case REGULAR -> file(parent, name);
                case SYMLINK -> parent.symlink(Objects.requireNonNull(entry.linkTarget()), name);
                case FIFO -> parent.mknod(name, FileType.FIFO, 0600, 0, 0);
                case HARD_LINK -> {
                    link(Objects.requireNonNull(entry.linkTarget()), parent, name);
                    return; // everything else was said of its first name
                }
                case CHARACTER_DEVICE, BLOCK_DEVICE ->
                        throw new InvalidCacheArchiveException(
                                path + " is a device, which is refused", null);
            }
            finish(parent, entry, name);
        }
    }

    private void file(Dir parent, RawPath name) throws IOException {
        try (var fd = parent.open(name, NEW, 0600, Resolve.NO_SYMLINKS)) {
            for (int n = tar.read(buffer, 0, BUFFER); n >= 0; n = tar.read(buffer, 0, BUFFER)) {
                fd.write(buffer, 0, n);
            }
        }
    }

    private void link(RawPath target, Dir parent, RawPath name) throws IOException {
        try (var from = root.openDir(target.parent(), Resolve.NO_SYMLINKS)) {
            if (from.stat(target.name()).type() != FileType.REGULAR) {
                throw new InvalidCacheArchiveException(name + " links to what is no file", null);
            }
            from.link(target.name(), parent, name);
        }
    }

    /// Owner first: changing it takes mode bits and capabilities away.
    private void finish(Dir parent, TarEntry entry, RawPath name) throws IOException {
        parent.chown(name, entry.uid(), entry.gid());
        if (entry.kind() == TarEntry.Kind.DIRECTORY) {
            directories.add(new Directory(entry.path(), entry.mode(), entry.mtime()));
        } else if (entry.kind() != TarEntry.Kind.SYMLINK) {
            parent.chmod(name, entry.mode());
        }
        for (var xattr : entry.xattrs().entrySet()) {
            if (CopiedXattrs.isCopied(xattr.getKey())) {
                parent.setXattr(name, xattr.getKey(), xattr.getValue());
            }
        }
        if (entry.kind() != TarEntry.Kind.DIRECTORY) {
            parent.setTimes(name, null, entry.mtime());
        }
    }
}
