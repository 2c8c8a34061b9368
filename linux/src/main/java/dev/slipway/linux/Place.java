package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

/// Where a path's last name stands: an open directory and the name in it. The way to the directory
/// is resolved re-rooted; the name is not followed.
final class Place implements AutoCloseable {
    private final int dirFd;
    private final String name;
    private final @Nullable Fd parent;

    private Place(int dirFd, String name, @Nullable Fd parent) {
        this.dirFd = dirFd;
        this.name = name;
        this.parent = parent;
    }

    /// @throws LinuxException EINVAL if the last name is empty, `.` or `..`; whatever opening the
    ///   parent gives
    static Place of(int dirFd, RawPath path) throws LinuxException {
        String text = path.latin1();
        if (text.isEmpty()) {
            return new Place(dirFd, ".", null);
        }
        int slash = text.lastIndexOf('/');
        String name = text.substring(slash + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new LinuxException(Errno.EINVAL, "last name", path.toString());
        }
        if (slash < 0) {
            return new Place(dirFd, name, null);
        }
        int flags = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY;
        Fd parent = Opening.open(dirFd, path.parent(), flags, 0, Resolve.IN_ROOT);
        return new Place(parent.number(), name, parent);
    }

    int dirFd() {
        return dirFd;
    }

    /// The address of the name.
    long name(Native n) throws LinuxException {
        return n.latin1(name);
    }

    /// The address of a path that leads here from anywhere in this process.
    long procPath(Native n) throws LinuxException {
        return n.latin1("/proc/self/fd/" + dirFd + "/" + name);
    }

    @Override
    public void close() {
        if (parent != null) {
            parent.close();
        }
    }
}
