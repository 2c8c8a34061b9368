package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.SortedMap;

/// An open directory. Every path given is resolved beneath it and cannot leave it, whatever links
/// and races it meets: the names before the last as with [Resolve#IN_ROOT], the last one not
/// followed unless said.
///
/// A path's last name may not be `.` or `..`; the empty path is the directory itself. A path of
/// more than 4095 bytes may not lead through symbolic links.
public final class Dir implements AutoCloseable {
    private static final int UTIME_OMIT = (1 << 30) - 2;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int DIRECTORY = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY;
    private static final int MAX_LINK_BYTES = 64 * 1024;

    private final Fd handle;
    private final RawPath path;

    private Dir(Fd handle, RawPath path) {
        this.handle = handle;
        this.path = path;
    }

    /// Opens a directory the user named; links on the way are followed as anywhere.
    public static Dir open(java.nio.file.Path trusted) throws LinuxException {
        return new Dir(Fd.open(trusted, DIRECTORY, 0), TrustedPaths.bytes(trusted));
    }

    /// Opens a directory beneath this one, following links as `how` says, the last name included.
    public Dir openDir(RawPath path, Resolve how) throws LinuxException {
        return new Dir(Opening.open(fd(), path, DIRECTORY, 0, how), this.path.child(path));
    }

    /// Opens a directory beneath this one after making those that are missing on the way.
    ///
    /// @param mode of the directories made, less the umask
    public Dir createDirs(RawPath path, int mode) throws LinuxException {
        RawPath prefix = RawPath.ROOT;
        if (statFollowIfExists(path) == null) {
            for (RawPath name : path.names()) {
                prefix = prefix.child(name);
                createIfMissing(prefix, mode);
            }
        }
        return openDir(path, Resolve.IN_ROOT);
    }

    private void createIfMissing(RawPath directory, int mode) throws LinuxException {
        try {
            mkdir(directory, mode);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /// Opens a file beneath this directory.
    ///
    /// @param flags of [OpenFlags]; with `O_NOFOLLOW`, a link as last name is ELOOP
    /// @param mode of a file created, less the umask; else 0
    public Fd open(RawPath path, int flags, int mode, Resolve how) throws LinuxException {
        return Opening.open(fd(), path, flags, mode, how);
    }

    public FileStat stat() throws LinuxException {
        return handle.stat();
    }

    public FileStat stat(RawPath path) throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Native n = Native.take()) {
            Statx statx = Statx.in(n);
            long result = statx.call(n, place.dirFd(), place.name(n), Statx.AT_SYMLINK_NOFOLLOW);
            Native.check(result, "statx", path);
            return statx.read();
        }
    }

    /// What `path` leads to after all links.
    public FileStat statFollow(RawPath path) throws LinuxException {
        try (Fd file = open(path, OpenFlags.O_PATH, 0, Resolve.IN_ROOT)) {
            return file.stat();
        }
    }

    /// As [#stat(RawPath)]; null if the name, or a directory on the way, does not exist.
    public @Nullable FileStat statIfExists(RawPath path) throws LinuxException {
        try {
            return stat(path);
        } catch (LinuxException e) {
            return absent(e);
        }
    }

    private @Nullable FileStat statFollowIfExists(RawPath path) throws LinuxException {
        try {
            return statFollow(path);
        } catch (LinuxException e) {
            return absent(e);
        }
    }

    private static @Nullable FileStat absent(LinuxException e) throws LinuxException {
        if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
            return null;
        }
        throw e;
    }

    /// All names in this directory but `.` and `..`, sorted bytewise.
    public synchronized List<DirEntry> list() throws LinuxException {
        return Listing.read(fd(), path); // synchronized: the position is the descriptor's
    }

    /// As [#list], with the stat of each, which costs less than asking for them one by one. What
    /// goes away meanwhile is left out.
    public List<DirStat> listStats() throws LinuxException {
        return listing().entries();
    }

    /// As [#listStats], with a snapshot to compare the directory with later.
    public synchronized DirListing listing() throws LinuxException {
        return Listing.readStats(fd(), path);
    }

    /// Whether the directory holds what it held when `snapshot` was taken: the same names, each
    /// with the same stat but for owners and access times. Needs a fraction of a listing's time.
    public synchronized boolean isStill(DirSnapshot snapshot) throws LinuxException {
        return Listing.isStill(fd(), path, snapshot);
    }

    /// Where the symbolic link `path` points.
    public RawPath readLink(RawPath path) throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Native n = Native.take()) {
            Memory buffer = n.transfer();
            long length =
                    n.call(
                            Syscall.READLINKAT,
                            place.dirFd(),
                            place.name(n),
                            buffer.address(),
                            MAX_LINK_BYTES);
            Native.check(length, "readlinkat", path);
            return RawPath.ofBytes(buffer.toArray((int) length));
        }
    }

    /// Makes a directory.
    ///
    /// @param mode less the umask
    public void mkdir(RawPath path, int mode) throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Native n = Native.take()) {
            long result = n.call(Syscall.MKDIRAT, place.dirFd(), place.name(n), mode);
            Native.check(result, "mkdirat", path);
        }
    }

    /// Makes a device node, FIFO, socket or empty regular file.
    ///
    /// @param mode less the umask
    public void mknod(RawPath path, FileType type, int mode, int major, int minor)
            throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Native n = Native.take()) {
            int bits = type.modeBits() | mode;
            long device = deviceNumber(major, minor);
            long result = n.call(Syscall.MKNODAT, place.dirFd(), place.name(n), bits, device);
            Native.check(result, "mknodat", path);
        }
    }

    /// The kernel's 32-bit encoding: `new_encode_dev`.
    private static long deviceNumber(int major, int minor) {
        return (minor & 0xffL) | ((major & 0xfffL) << 8) | ((minor & 0xfff00L) << 12);
    }

    /// Makes a symbolic link at `path`. The target is not looked at.
    public void symlink(RawPath target, RawPath path) throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Native n = Native.take()) {
            long result = n.call(Syscall.SYMLINKAT, n.path(target), place.dirFd(), place.name(n));
            Native.check(result, "symlinkat", path);
        }
    }

    /// Gives the file at `existing`, which may itself be a symbolic link, another name.
    public void link(RawPath existing, Dir toDir, RawPath newPath) throws LinuxException {
        try (Place from = Place.of(fd(), existing);
                Place to = Place.of(toDir.fd(), newPath);
                Native n = Native.take()) {
            long result =
                    n.call(Syscall.LINKAT, from.dirFd(), from.name(n), to.dirFd(), to.name(n), 0);
            Native.check(result, "linkat", newPath);
        }
    }

    /// Renames, replacing what is at `to` if the kernel allows it.
    public void rename(RawPath from, Dir toDir, RawPath to) throws LinuxException {
        try (Place source = Place.of(fd(), from);
                Place target = Place.of(toDir.fd(), to);
                Native n = Native.take()) {
            long result =
                    n.call(
                            Syscall.RENAMEAT2,
                            source.dirFd(),
                            source.name(n),
                            target.dirFd(),
                            target.name(n),
                            0);
            Native.check(result, "renameat2", from);
        }
    }

    public void unlink(RawPath path) throws LinuxException {
        remove(path, 0);
    }

    public void rmdir(RawPath path) throws LinuxException {
        remove(path, AT_REMOVEDIR);
    }

    private void remove(RawPath path, int flags) throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Native n = Native.take()) {
            long result = n.call(Syscall.UNLINKAT, place.dirFd(), place.name(n), flags);
            Native.check(result, "unlinkat", path);
        }
    }

    /// Removes what is at `path` with all beneath it; links are removed, never followed. Nothing
    /// there is fine. The empty path empties this directory. Any depth: neither stack nor
    /// descriptors grow with it.
    public void removeTree(RawPath path) throws LinuxException {
        if (path.isRoot()) {
            for (DirEntry entry : list()) {
                TreeRemoval.remove(fd(), entry.name());
            }
            return;
        }
        try (Place place = Place.of(fd(), path)) {
            TreeRemoval.remove(place.dirFd(), path.name());
        } catch (LinuxException e) {
            absent(e);
        }
    }

    /// Sets the owner, of a link itself if it is one. The kernel clears set-id bits and
    /// capabilities.
    public void chown(RawPath path, int uid, int gid) throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Native n = Native.take()) {
            int flags = Statx.AT_SYMLINK_NOFOLLOW;
            long result = n.call(Syscall.FCHOWNAT, place.dirFd(), place.name(n), uid, gid, flags);
            Native.check(result, "fchownat", path);
        }
    }

    /// Sets the low twelve mode bits, exactly.
    ///
    /// @throws LinuxException EOPNOTSUPP for a symbolic link, which has none
    public void chmod(RawPath path, int mode) throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Fd file = openPlace(place, path);
                Native n = Native.take()) {
            if (file.stat().type() == FileType.SYMLINK) {
                throw new LinuxException(Errno.EOPNOTSUPP, "chmod", path.toString());
            }
            // fchmod refuses an O_PATH descriptor; its entry in /proc is the same file.
            long proc = n.latin1("/proc/self/fd/" + file.number());
            long result = n.call(Syscall.FCHMODAT, Native.AT_FDCWD, proc, mode);
            Native.check(result, "fchmodat", path);
        }
    }

    private static Fd openPlace(Place place, RawPath path) throws LinuxException {
        try (Native n = Native.take()) {
            int flags = OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
            long fd = n.call(Syscall.OPENAT, place.dirFd(), place.name(n), flags, 0);
            return new Fd((int) Native.check(fd, "openat", path), path);
        }
    }

    /// Sets times, of a link itself if it is one; null leaves one as it is.
    public void setTimes(RawPath path, @Nullable Timespec atime, @Nullable Timespec mtime)
            throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Native n = Native.take()) {
            Memory times = n.allocate(32);
            store(times, 0, atime);
            store(times, 16, mtime);
            long result =
                    n.call(
                            Syscall.UTIMENSAT,
                            place.dirFd(),
                            place.name(n),
                            times.address(),
                            Statx.AT_SYMLINK_NOFOLLOW);
            Native.check(result, "utimensat", path);
        }
    }

    private static void store(Memory times, int offset, @Nullable Timespec time) {
        times.putLong(offset, time == null ? 0 : time.seconds());
        times.putLong(offset + 8, time == null ? UTIME_OMIT : time.nanos());
    }

    /// The extended attributes this process may see, by name; of a link itself if it is one. Empty
    /// where the file system has none.
    public SortedMap<String, byte[]> xattrs(RawPath path) throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Native n = Native.take()) {
            return Xattrs.list(n, place.procPath(n), path);
        }
    }

    /// Sets an extended attribute, of a link itself if `path` is one.
    ///
    /// @param name one char per byte, with its namespace: `user.x`
    public void setXattr(RawPath path, String name, byte[] value) throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Native n = Native.take()) {
            Xattrs.set(n, place.procPath(n), name, value, path);
        }
    }

    public void removeXattr(RawPath path, String name) throws LinuxException {
        try (Place place = Place.of(fd(), path);
                Native n = Native.take()) {
            Xattrs.remove(n, place.procPath(n), name, path);
        }
    }

    /// The descriptor's number; -1 once closed.
    public int fd() {
        return handle.number();
    }

    /// A path to this directory that holds while it is open, in this process and its threads.
    public String procPath() {
        return "/proc/self/fd/" + fd();
    }

    /// Idempotent.
    @Override
    public void close() {
        handle.close();
    }
}
