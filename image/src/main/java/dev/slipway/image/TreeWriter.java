package dev.slipway.image;

import dev.slipway.image.tar.TarReader;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Makes the files of a tree, each with its attributes, in the one order that keeps them: owner,
/// then mode and extended attributes, which a change of owner would clear, then times. For use by
/// one thread; several may work in one tree.
final class TreeWriter implements AutoCloseable {
    private static final int CREATE =
            OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_NOFOLLOW;
    private static final int BUFFER_BYTES = 128 << 10;
    private static final byte[] YES = {'y'};

    private final Dir holder;
    private final RawPath rootName;
    private final Dir root;
    private final int ownUid;
    private final int ownGid;
    private final int umask;
    private byte @Nullable [] buffer;

    /// The directory worked in last, which the next name is mostly in too.
    private @Nullable Dir parent;

    private String parentPath = "";

    /// @param holder the directory that has the tree's root as `rootName`
    TreeWriter(Dir holder, RawPath rootName) throws IOException {
        this.holder = holder;
        this.rootName = rootName;
        this.root = holder.openDir(rootName, Resolve.NO_SYMLINKS);
        FileStat stat = root.stat(); // what is made beneath gets the same owner
        this.ownUid = stat.uid();
        this.ownGid = stat.gid();
        this.umask = Umask.VALUE;
    }

    /// The umask, which cannot be read without a change to it but in /proc.
    private static final class Umask {
        private static final int VALUE = read();

        private static int read() {
            try {
                for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                    if (line.startsWith("Umask:")) {
                        return Integer.parseInt(line.substring(6).strip(), 8);
                    }
                }
            } catch (IOException | NumberFormatException _) {
                // Then every mode is set by itself.
            }
            return 0777;
        }
    }

    void directory(RawPath path, int mode) throws IOException {
        parent(path).mkdir(path.name(), mode);
    }

    void whiteout(RawPath path) throws IOException {
        parent(path).mknod(path.name(), FileType.CHARACTER_DEVICE, 0, 0, 0);
    }

    void file(FileEntry entry, byte[] content, int offset, int length) throws IOException {
        try (Fd fd = create(entry)) {
            if (length > 0) {
                fd.write(content, offset, length);
            }
        }
        attributes(entry, entry.mode() & 0777 & ~umask);
    }

    /// Makes a file of `entry.size()` bytes read from `in`.
    void file(FileEntry entry, InputStream in) throws IOException {
        byte[] bytes = buffer();
        try (Fd fd = create(entry)) {
            for (long left = entry.size(); left > 0; ) {
                int n = in.read(bytes, 0, (int) Math.min(left, bytes.length));
                if (n < 0) {
                    throw new java.io.EOFException();
                }
                fd.write(bytes, 0, n);
                left -= n;
            }
        }
        attributes(entry, entry.mode() & 0777 & ~umask);
    }

    /// Makes a file of the current member of `tar`, with the holes it has there.
    void sparseFile(FileEntry entry, TarReader tar) throws IOException {
        byte[] bytes = buffer();
        try (Fd fd = create(entry)) {
            long position = tar.skipHole();
            fd.seek(position);
            for (int n = tar.read(bytes, 0, bytes.length);
                    n >= 0;
                    n = tar.read(bytes, 0, bytes.length)) {
                fd.write(bytes, 0, n);
                long hole = tar.skipHole();
                position += n + hole;
                if (hole > 0) {
                    fd.seek(position);
                }
            }
            fd.truncate(entry.size());
        }
        attributes(entry, entry.mode() & 0777 & ~umask);
    }

    /// Makes a symbolic link, FIFO or device. A device is left out where this process may not make
    /// it: in a user namespace nobody could open it either.
    void special(FileEntry entry) throws IOException {
        RawPath name = entry.path().name();
        Dir dir = parent(entry.path());
        RawPath target = entry.linkTarget();
        if (target != null) {
            dir.symlink(target, name);
            attributes(entry, entry.mode());
            return;
        }
        try {
            int mode = entry.mode() & 0777;
            dir.mknod(name, entry.type(), mode, entry.deviceMajor(), entry.deviceMinor());
        } catch (LinuxException e) {
            if (e.errno() == Errno.EPERM && entry.type() != FileType.FIFO) {
                return;
            }
            throw e;
        }
        attributes(entry, entry.mode() & 0777 & ~umask);
    }

    void link(RawPath existing, RawPath path) throws IOException {
        try {
            root.link(existing, parent(path), path.name());
        } catch (LinuxException e) {
            boolean leftOut = e.errno() == Errno.ENOENT && root.statIfExists(existing) == null;
            if (!leftOut) { // a device that could not be made
                throw e;
            }
        }
    }

    /// Gives a directory its attributes; nothing may be made in it afterwards.
    void finishDirectory(FileEntry entry, boolean opaque) throws IOException {
        boolean isRoot = entry.path().isRoot();
        Dir dir = isRoot ? holder : parent(entry.path());
        RawPath name = isRoot ? rootName : entry.path().name();
        if (opaque) {
            String mark =
                    OverlayAttributes.usesTrusted()
                            ? OverlayAttributes.TRUSTED_OPAQUE
                            : OverlayAttributes.USER_OPAQUE;
            dir.setXattr(name, mark, YES);
        }
        attributes(dir, name, entry, -1);
    }

    @Override
    public void close() {
        if (parent != null) {
            parent.close();
        }
        root.close();
    }

    private Fd create(FileEntry entry) throws IOException {
        return parent(entry.path())
                .open(entry.path().name(), CREATE, entry.mode() & 0777, Resolve.NO_SYMLINKS);
    }

    private void attributes(FileEntry entry, int modeMade) throws IOException {
        attributes(parent(entry.path()), entry.path().name(), entry, modeMade);
    }

    /// @param modeMade what the mode is so far; -1 if not known
    private void attributes(Dir dir, RawPath name, FileEntry entry, int modeMade)
            throws IOException {
        boolean otherOwner = entry.uid() != ownUid || entry.gid() != ownGid;
        if (otherOwner) {
            dir.chown(name, entry.uid(), entry.gid());
        }
        if (!entry.isSymlink() && entry.mode() != modeMade) {
            dir.chmod(name, entry.mode());
        }
        for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
            setXattr(dir, name, xattr.getKey(), xattr.getValue());
        }
        dir.setTimes(name, null, entry.mtime());
    }

    /// Attributes that the file system has not, or this user may not set, are left out, as by every
    /// other tool.
    private static void setXattr(Dir dir, RawPath name, String key, byte[] value)
            throws LinuxException {
        try {
            dir.setXattr(name, key, value);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EPERM) {
                throw e;
            }
        }
    }

    private Dir parent(RawPath path) throws IOException {
        String text = path.latin1();
        int slash = text.lastIndexOf('/');
        if (slash < 0) {
            return root;
        }
        Dir last = parent;
        if (last != null && slash == parentPath.length() && text.startsWith(parentPath)) {
            return last;
        }
        if (last != null) {
            last.close();
            parent = null;
        }
        parentPath = text.substring(0, slash);
        Dir opened = root.openDir(RawPath.ofLatin1(parentPath), Resolve.NO_SYMLINKS);
        parent = opened;
        return opened;
    }

    private byte[] buffer() {
        if (buffer == null) {
            buffer = new byte[BUFFER_BYTES];
        }
        return buffer;
    }
}
