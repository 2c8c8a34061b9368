package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.DirEntry;
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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// The files beneath a directory of the host. Nothing outside it is reached, whatever links it
/// holds, and however it changes meanwhile.
public final class DirectoryTree implements FileTree {
    private static final int READ = OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW;

    private final Dir root;

    private DirectoryTree(Dir root) {
        this.root = root;
    }

    public static DirectoryTree open(Path directory) throws IOException {
        return new DirectoryTree(Dir.open(directory));
    }

    /// The tree beneath `root`, which is taken over: closed with this tree.
    public static DirectoryTree of(Dir root) {
        return new DirectoryTree(root);
    }

    @Override
    public Optional<FileEntry> lookup(RawPath path) throws IOException {
        RawPath clean = path.normalize();
        try (Dir parent = root.openDir(clean.parent(), Resolve.NO_SYMLINKS)) {
            FileStat stat = parent.statIfExists(clean.name());
            return stat == null
                    ? Optional.empty()
                    : Optional.of(entry(parent, clean.name(), clean, stat));
        } catch (LinuxException e) {
            if (isAbsent(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public List<FileEntry> children(RawPath directory) throws IOException {
        RawPath clean = directory.normalize();
        try (Dir dir = root.openDir(clean, Resolve.NO_SYMLINKS)) {
            List<FileEntry> children = new ArrayList<>();
            for (DirEntry name : dir.list()) {
                FileStat stat = dir.statIfExists(name.name()); // it may have gone since
                if (stat != null) {
                    children.add(entry(dir, name.name(), clean.child(name.name()), stat));
                }
            }
            return children;
        } catch (LinuxException e) {
            if (isAbsent(e)) {
                return List.of();
            }
            throw e;
        }
    }

    @Override
    public InputStream open(FileEntry file) throws IOException {
        Fd fd = root.open(file.path(), READ | OpenFlags.O_NONBLOCK, 0, Resolve.NO_SYMLINKS);
        if (fd.stat().type() != FileType.REGULAR) { // a FIFO put in its place would block
            fd.close();
            throw new NoSuchFileException(file.path().toString());
        }
        return fd.inputStream();
    }

    @Override
    public void close() {
        root.close();
    }

    private static boolean isAbsent(LinuxException e) {
        return e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP;
    }

    /// The entry of `name` in `dir`. Attributes that do not travel with a file are left out.
    static FileEntry entry(Dir dir, RawPath name, RawPath path, FileStat stat)
            throws LinuxException {
        return entry(dir, name, path, stat, KeptXattrs.of(dir.xattrs(name)));
    }

    static FileEntry entry(
            Dir dir, RawPath name, RawPath path, FileStat stat, SortedMap<String, byte[]> xattrs)
            throws LinuxException {
        boolean regular = stat.type() == FileType.REGULAR;
        boolean directory = stat.type() == FileType.DIRECTORY;
        @Nullable RawPath target = stat.type() == FileType.SYMLINK ? dir.readLink(name) : null;
        return new FileEntry(
                path,
                stat.type(),
                stat.mode(),
                stat.uid(),
                stat.gid(),
                regular ? stat.size() : 0,
                stat.mtime(),
                target,
                stat.rdevMajor(),
                stat.rdevMinor(),
                xattrs,
                stat.links() > 1 && !directory ? stat.inode() : 0);
    }
}
