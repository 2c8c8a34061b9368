package dev.slipway.build;

import dev.slipway.image.compress.Decompression;
import dev.slipway.image.compress.DecompressionException;
import dev.slipway.image.compress.DecompressionLimits;
import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarException;
import dev.slipway.image.tar.TarLimits;
import dev.slipway.image.tar.TarReader;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileType;
import dev.slipway.linux.Host;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;
import dev.slipway.linux.Timespec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A context that comes as an archive: tar, compressed or not.
///
/// CVE-2020-10696, CVE-2026-42574, CVE-2026-50163: it is unpacked beneath one directory. Whatever
/// its names, links and hard links say, they are resolved with that directory as the root, by the
/// kernel, so that nothing outside is written or read. Sizes, number of entries and expansion are
/// bounded.
final class ContextArchive {
    private static final int BLOCK_BYTES = 512;
    private static final int CHECKSUM_AT = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int BUFFER_BYTES = 128 << 10;
    private static final int WRITE = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
    private static final int[][] MAGICS = {
        {0x1f, 0x8b}, {'B', 'Z', 'h'}, {0xfd, '7', 'z', 'X', 'Z', 0}, {0x28, 0xb5, 0x2f, 0xfd}
    };

    /// Enough of a stream to tell what it is.
    static final int HEAD_BYTES = BLOCK_BYTES;

    private final Dir root;
    private final boolean isRoot = Host.uid() == 0;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final List<Directory> directories = new ArrayList<>();

    private record Directory(RawPath path, int mode, Timespec time) {}

    private ContextArchive(Dir root) {
        this.root = root;
    }

    /// Whether a stream that begins so is an archive, rather than text.
    static boolean isArchive(byte[] head, int length) {
        for (int[] magic : MAGICS) {
            int same = 0;
            while (same < magic.length && same < length && (head[same] & 0xff) == magic[same]) {
                same++;
            }
            if (same == magic.length) {
                return true;
            }
        }
        return length >= BLOCK_BYTES && isTarHeader(head);
    }

    /// POSIX pax, "ustar Interchange Format": the checksum counts its own bytes as spaces.
    private static boolean isTarHeader(byte[] block) {
        long sum = 0;
        long told = 0;
        boolean digits = false;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES;
            int value = block[i] & 0xff;
            sum += own ? ' ' : value;
            if (own && value >= '0' && value <= '7') {
                told = told * 8 + (value - '0');
                digits = true;
            }
        }
        return digits && sum == told;
    }

    /// Unpacks into an empty directory.
    ///
    /// @throws CopyException if it is damaged, no archive, or asks for what cannot be
    static void unpack(InputStream in, Path directory)
            throws IOException, CopyException, InterruptedException {
        try (Dir root = Dir.open(directory);
                TarReader tar =
                        new TarReader(
                                Decompression.open(in, DecompressionLimits.DEFAULT),
                                TarLimits.DEFAULT)) {
            new ContextArchive(root).unpack(tar);
        } catch (TarException | DecompressionException e) {
            throw new CopyException("cannot unpack the context: " + e.getMessage(), null);
        }
    }

    private void unpack(TarReader tar) throws IOException, CopyException, InterruptedException {
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            try {
                add(entry, tar);
            } catch (LinuxException e) {
                throw new CopyException(
                        "cannot unpack " + entry.path() + ": " + Errno.describe(e.errno()), null);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        for (Directory made : directories.reversed()) { // files in them changed their times
            root.chmod(made.path, made.mode);
            root.setTimes(made.path, null, made.time);
        }
    }

    private void add(TarEntry entry, TarReader tar) throws IOException, CopyException {
        RawPath path = entry.path();
        if (path.isRoot()) {
            return;
        }
        RawPath name = path.name();
        boolean isDirectory = entry.kind() == TarEntry.Kind.DIRECTORY;
        try (Dir parent = root.createDirs(path.parent(), 0755)) {
            var existing = parent.statIfExists(name);
            boolean kept = isDirectory && existing != null && existing.type() == FileType.DIRECTORY;
            if (existing != null && !kept && !isItself(entry, parent, name)) {
                parent.removeTree(name);
            }
            if (isDirectory) {
                if (!kept) {
                    parent.mkdir(name, 0755);
                }
                directories.add(new Directory(path, entry.mode(), entry.mtime()));
                attributes(entry, parent, name);
            } else {
                put(entry, tar, parent, name);
            }
        }
    }

    /// A hard link to what is there under that name already changes nothing.
    private boolean isItself(TarEntry entry, Dir parent, RawPath name) throws LinuxException {
        RawPath target = entry.linkTarget();
        if (entry.kind() != TarEntry.Kind.HARD_LINK || target == null) {
            return false;
        }
        var one = root.statIfExists(target);
        var other = parent.statIfExists(name);
        return one != null && other != null && one.inode() == other.inode();
    }

    private void put(TarEntry entry, TarReader tar, Dir parent, RawPath name)
            throws IOException, CopyException {
        RawPath target = entry.linkTarget();
        switch (entry.kind()) {
            case REGULAR -> write(tar.content(), parent, name);
            case SYMLINK -> parent.symlink(target == null ? RawPath.ROOT : target, name);
            case HARD_LINK -> {
                link(entry, parent, name);
                return; // the attributes are those of what it links to
            }
            case CHARACTER_DEVICE -> node(FileType.CHARACTER_DEVICE, entry, parent, name);
            case BLOCK_DEVICE -> node(FileType.BLOCK_DEVICE, entry, parent, name);
            case FIFO -> node(FileType.FIFO, entry, parent, name);
            case DIRECTORY -> throw new IllegalArgumentException(name.toString());
        }
        if (parent.statIfExists(name) != null) { // a device may be no one's to make
            attributes(entry, parent, name);
        }
    }

    private void write(InputStream content, Dir parent, RawPath name) throws IOException {
        try (Fd out = parent.open(name, WRITE, 0600, Resolve.NO_SYMLINKS)) {
            for (int n = content.read(buffer, 0, buffer.length);
                    n >= 0;
                    n = content.read(buffer, 0, buffer.length)) {
                out.write(buffer, 0, n);
            }
        }
    }

    private void link(TarEntry entry, Dir parent, RawPath name)
            throws LinuxException, CopyException {
        RawPath target = entry.linkTarget();
        var there = target == null || target.isRoot() ? null : root.statIfExists(target);
        if (target == null || there == null || there.type() == FileType.DIRECTORY) {
            throw new CopyException(
                    "cannot unpack "
                            + entry.path()
                            + ": it is a hard link to "
                            + target
                            + ", which is no file of the archive",
                    null);
        }
        if (parent.statIfExists(name) == null) {
            root.link(target, parent, name);
        }
    }

    private void node(FileType type, TarEntry entry, Dir parent, RawPath name)
            throws LinuxException {
        if (isRoot || type == FileType.FIFO) {
            parent.mknod(name, type, 0600, entry.deviceMajor(), entry.deviceMinor());
        }
    }

    /// Owner before mode, which a change of owner would strip of set-id bits; times last.
    private void attributes(TarEntry entry, Dir parent, RawPath name) throws LinuxException {
        if (isRoot) {
            parent.chown(name, entry.uid(), entry.gid());
        }
        boolean settled = entry.kind() == TarEntry.Kind.DIRECTORY;
        if (entry.kind() != TarEntry.Kind.SYMLINK && !settled) {
            parent.chmod(name, entry.mode());
        }
        for (var xattr : entry.xattrs().entrySet()) {
            if (CopiedXattrs.isCopied(xattr.getKey())) {
                xattr(parent, name, xattr.getKey(), xattr.getValue());
            }
        }
        if (!settled) {
            parent.setTimes(name, null, entry.mtime());
        }
    }

    private static void xattr(Dir parent, RawPath name, String key, byte[] value)
            throws LinuxException {
        try {
            parent.setXattr(name, key, value);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EPERM) {
                throw e;
            }
        }
    }
}
