package dev.slipway.container;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;
import dev.slipway.linux.Timespec;

import java.util.ArrayList;
import java.util.List;

/// Finds, and where needed makes, the files and directories that something is mounted on; takes
/// those it made away again.
///
/// What was made must not become part of a layer. Taking it away happens beneath the root as it is
/// then, never through links that the container made (CVE-2024-23652), and leaves the times of the
/// directories as they were unless the container itself changed something there.
final class MountTargets {
    private record Stub(
            RawPath path, boolean directory, FileStat parentBefore, FileStat parentAfter) {}

    private final Dir root;
    private final RootedPaths paths;
    private final long device;
    private final List<Stub> stubs = new ArrayList<>();

    MountTargets(Dir root) throws LinuxException {
        this.root = root;
        this.paths = new RootedPaths(root);
        this.device = root.stat().device();
    }

    /// Where `target` leads, with everything missing made.
    RawPath prepare(String target, boolean directory) throws LinuxException {
        RawPath path = paths.resolve(RawPath.of(target));
        makeAll(path, directory);
        return path;
    }

    /// As [#prepare], for mounts of the user's choice: not on the root, and not in `/proc`, where
    /// they would decide what later system calls do (CVE-2025-52881).
    RawPath prepareOutsideProc(String target, boolean directory) throws LinuxException {
        RawPath path = paths.resolve(RawPath.of(target));
        if (path.isRoot() || path.startsWith(RawPath.of("proc"))) {
            throw new LinuxException(Errno.EPERM, "mount", "/" + path);
        }
        makeAll(path, directory);
        return path;
    }

    private void makeAll(RawPath path, boolean directory) throws LinuxException {
        RawPath made = RawPath.ROOT;
        List<RawPath> names = path.names();
        for (int i = 0; i < names.size(); i++) {
            made = made.child(names.get(i));
            if (root.statIfExists(made) == null) {
                make(made, directory || i < names.size() - 1);
            }
        }
    }

    private void make(RawPath path, boolean directory) throws LinuxException {
        RawPath parent = path.parent();
        FileStat before = root.stat(parent);
        if (directory) {
            root.mkdir(path, 0755);
        } else {
            int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
            root.open(path, flags, 0644, Resolve.NO_SYMLINKS).close();
        }
        // Elsewhere is the inside of another mount, such as a volume: what is made there stays, as
        // with Docker.
        if (before.device() == device) {
            stubs.add(new Stub(path, directory, before, root.stat(parent)));
        }
    }

    /// Opens what is on top at a place [#prepare] returned.
    Fd open(RawPath path) throws LinuxException {
        int flags = OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW;
        return root.open(path, flags, 0, path.isRoot() ? Resolve.IN_ROOT : Resolve.NO_SYMLINKS);
    }

    /// Takes away what [#prepare] made, the last first.
    ///
    /// @param bare the same root without anything mounted beneath it
    void removeStubs(Dir bare) {
        for (int i = stubs.size() - 1; i >= 0; i--) {
            try {
                remove(bare, stubs.get(i));
            } catch (LinuxException e) {
                // It is gone, or was put to use: then it is the container's.
            }
        }
        stubs.clear();
    }

    private static void remove(Dir bare, Stub stub) throws LinuxException {
        RawPath parent = stub.path.parent();
        FileStat now = bare.statIfExists(stub.path);
        FileStat parentNow = bare.stat(parent);
        if (now == null || parentNow.type() != FileType.DIRECTORY) {
            return;
        }
        if (stub.directory && now.type() == FileType.DIRECTORY) {
            bare.rmdir(stub.path);
        } else if (!stub.directory && now.type() == FileType.REGULAR && now.size() == 0) {
            bare.unlink(stub.path);
        } else {
            return;
        }
        boolean untouched = parentNow.mtime().equals(stub.parentAfter.mtime());
        Timespec mtime = untouched ? stub.parentBefore.mtime() : parentNow.mtime();
        bare.setTimes(parent, null, mtime);
    }
}
