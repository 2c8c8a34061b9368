package dev.slipway.container;

import dev.slipway.image.Lower;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Mounts;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Mounts the overlay of a [RootFs] in the calling thread's mount namespace.
///
/// The layers are given to the kernel as numbers of open descriptors: a mount's options may take
/// one page, which the paths of some fifty layers would fill, and layers may have any characters in
/// their names. Layers that are EROFS images are mounted first, beside the overlay.
final class OverlayRoot implements AutoCloseable {
    private static final String FDS = "/proc/thread-self/fd";

    private final boolean scratch;
    private final List<OpenLower> lowers = new ArrayList<>();
    private final @Nullable Fd upper;
    private final @Nullable Fd work;

    /// @param directory or the image
    /// @param data what the image has its content in; null: it is a directory
    private record OpenLower(Fd directory, @Nullable Fd data) implements AutoCloseable {
        static OpenLower of(Lower lower) throws LinuxException {
            if (lower instanceof Lower.Directory(Path path)) {
                return new OpenLower(openDirectory(path), null);
            }
            Lower.Erofs erofs = (Lower.Erofs) lower;
            Fd metadata = openFile(erofs.metadata());
            try {
                return new OpenLower(metadata, openFile(erofs.data()));
            } catch (LinuxException e) {
                metadata.close();
                throw e;
            }
        }

        @Override
        public void close() {
            directory.close();
            if (data != null) {
                data.close();
            }
        }
    }

    private OverlayRoot(RootFs root) throws LinuxException {
        scratch = root.scratch();
        try {
            for (Lower lower : root.lowers()) {
                lowers.add(OpenLower.of(lower));
            }
            upper = root.upper() == null ? null : openDirectory(root.upper());
            work = root.work() == null ? null : openDirectory(root.work());
        } catch (LinuxException e) {
            lowers.forEach(OpenLower::close);
            throw e;
        }
    }

    /// Opens the directories, as this thread sees them now.
    static OverlayRoot open(RootFs root) throws LinuxException {
        return new OverlayRoot(root);
    }

    private static Fd openDirectory(Path path) throws LinuxException {
        return Fd.open(path.toAbsolutePath(), OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0);
    }

    private static Fd openFile(Path path) throws LinuxException {
        return Fd.open(path.toAbsolutePath(), OpenFlags.O_RDONLY, 0);
    }

    /// Mounts on `name`, a directory of `memory` that is made.
    ///
    /// @param memory a file system in memory; changes go there if there is no upper directory
    /// @return the mount's root
    Dir mount(Dir memory, RawPath name) throws LinuxException {
        memory.mkdir(name, 0755);
        try (Fd ownUpper = make(memory, name, "-upper");
                Fd ownWork = make(memory, name, "-work");
                Fd target = memory.open(name, OpenFlags.O_PATH, 0, Resolve.NO_SYMLINKS);
                MountedImages images = new MountedImages()) {
            StringBuilder options = new StringBuilder("lowerdir=");
            for (int i = 0; i < lowers.size(); i++) {
                OpenLower lower = lowers.get(i);
                Fd directory =
                        lower.data() == null
                                ? lower.directory()
                                : images.mount(memory, name, i, lower.directory(), lower.data());
                options.append(directory.number()).append(':');
            }
            options.setLength(options.length() - 1);
            Fd upperFd = upper == null ? ownUpper : upper;
            Fd workFd = work == null ? ownWork : work;
            options.append(",upperdir=").append(upperFd.number());
            options.append(",workdir=").append(workFd.number());
            // The upper directory must be complete in itself: it becomes a layer.
            // In a user namespace overlayfs sees to that itself, and takes no word for it.
            boolean inside = UserNamespace.inside();
            options.append(inside ? ",userxattr" : ",index=off,metacopy=off,redirect_dir=off");
            if (!images.isEmpty()) {
                // Else each lower file system shows through as a device of its own, and who is told
                // to stay on one (`cp -x`, `tar --one-file-system`) would leave its files out.
                options.append(",xino=on");
            }
            mount(target, options.toString());
        }
        return memory.openDir(name, Resolve.NO_SYMLINKS);
    }

    private void mount(Fd target, String options) throws LinuxException {
        String path = FDS + "/" + target.number();
        Mounts.changeDirectory(FDS);
        try {
            if (scratch || upper == null) {
                try {
                    Mounts.mount("overlay", path, "overlay", 0, options + ",volatile");
                    return;
                } catch (LinuxException e) {
                    if (e.errno() != Errno.EINVAL) { // before Linux 5.10
                        throw e;
                    }
                }
            }
            Mounts.mount("overlay", path, "overlay", 0, options);
        } finally {
            Mounts.changeDirectory("/");
        }
    }

    /// The roots of the images below an overlay, open until that is mounted: it keeps them itself.
    private static final class MountedImages implements AutoCloseable {
        private final List<Fd> roots = new ArrayList<>();

        boolean isEmpty() {
            return roots.isEmpty();
        }

        /// Mounts on a directory that is made in `memory`.
        Fd mount(Dir memory, RawPath name, int number, Fd image, Fd data) throws LinuxException {
            RawPath place = RawPath.ofLatin1(name.latin1() + "-lower" + number);
            memory.mkdir(place, 0700);
            try (Fd target = memory.open(place, OpenFlags.O_PATH, 0, Resolve.NO_SYMLINKS)) {
                Mounts.mountErofs(image, data, FDS + "/" + target.number());
            }
            Fd root = memory.open(place, OpenFlags.O_PATH, 0, Resolve.NO_SYMLINKS);
            roots.add(root);
            return root;
        }

        @Override
        public void close() {
            roots.forEach(Fd::close);
        }
    }

    private static Fd make(Dir memory, RawPath name, String suffix) throws LinuxException {
        RawPath path = RawPath.ofLatin1(name.latin1() + suffix);
        memory.mkdir(path, 0755);
        return memory.open(path, OpenFlags.O_PATH, 0, Resolve.NO_SYMLINKS);
    }

    /// Takes away the mark that a mount without syncs leaves, so that the directories can be
    /// mounted again: it is there for the case that the machine went down meanwhile.
    private static void forgetVolatile(Fd work) {
        try (Dir directory = Dir.open(Path.of(FDS + "/" + work.number()))) {
            directory.removeTree(RawPath.of("work/incompat/volatile"));
        } catch (LinuxException e) {
            // There is none.
        }
    }

    @Override
    public void close() {
        lowers.forEach(OpenLower::close);
        if (upper != null) {
            upper.close();
        }
        if (work != null) {
            if (scratch) {
                forgetVolatile(work);
            }
            work.close();
        }
    }
}
