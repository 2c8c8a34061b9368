package dev.slipway.container;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Mounts;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.ProcessSpawn;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Mounts what a specification asks for. Sources are opened before anything is mounted, targets
/// just before, and both are used by descriptor, so that nobody can put a link in their place in
/// between (CVE-2024-23651, CVE-2024-11218).
///
/// No pattern switches: each is a class that the JVM spins when it first gets there, and this is on
/// the way to every build's first RUN.
final class SpecMounts implements AutoCloseable {
    /// A mount whose source was opened.
    private sealed interface Opened extends AutoCloseable {
        MountSpec spec();

        @Override
        void close();

        record Files(MountSpec spec, Fd source) implements Opened {
            @Override
            public void close() {
                source.close();
            }
        }

        record Tree(MountSpec.Tree spec, OverlayRoot root) implements Opened {
            @Override
            public void close() {
                root.close();
            }
        }

        record Memory(MountSpec spec) implements Opened {
            @Override
            public void close() {
                // It has nothing open.
            }
        }
    }

    private final boolean privileged;
    private final List<Opened> mounts = new ArrayList<>();
    private int made;

    private SpecMounts(boolean privileged) {
        this.privileged = privileged;
    }

    /// Opens the sources, as this thread sees them now.
    static SpecMounts open(List<MountSpec> specs, boolean privileged) throws ContainerException {
        SpecMounts mounts = new SpecMounts(privileged);
        for (MountSpec spec : specs) {
            try {
                mounts.mounts.add(open(spec));
            } catch (LinuxException e) {
                mounts.close();
                throw invalid(spec, e.getMessage(), e);
            }
        }
        return mounts;
    }

    private static Opened open(MountSpec spec) throws LinuxException {
        if (spec instanceof MountSpec.Bind bind) {
            return new Opened.Files(bind, openSource(bind.source()));
        }
        if (spec instanceof MountSpec.Tree tree) {
            return new Opened.Tree(tree, OverlayRoot.open(tree.root()));
        }
        return new Opened.Memory(spec);
    }

    private static Fd openSource(MountSpec.Source source) throws LinuxException {
        if (source instanceof MountSpec.Source.Beneath beneath) {
            try (Dir base = Dir.open(beneath.directory().toAbsolutePath());
                    Fd fd = base.open(beneath.path(), OpenFlags.O_PATH, 0, Resolve.IN_ROOT)) {
                return Mounts.copyTree(fd);
            }
        }
        Path path = ((MountSpec.Source.Host) source).path();
        try (Fd fd = Fd.open(path.toAbsolutePath(), OpenFlags.O_PATH, 0)) {
            return Mounts.copyTree(fd);
        }
    }

    private static ContainerException invalid(
            MountSpec mount, @Nullable String why, @Nullable Throwable cause) {
        return new ContainerException(
                ContainerException.Reason.INVALID_SPEC,
                "cannot mount " + mount.target() + ": " + why,
                cause);
    }

    /// Mounts them, in order.
    void mount(Dir scratch, MountTargets targets) throws ContainerException {
        for (Opened mount : mounts) {
            try {
                mount(mount, scratch, targets);
            } catch (LinuxException e) {
                throw invalid(mount.spec(), e.getMessage(), e);
            }
        }
    }

    /// Lays the sources out in `scratch` for a runtime that mounts them itself.
    ///
    /// @param place the path of `scratch`
    List<OciConfig.Mount> stage(Dir scratch, String place, MountTargets targets)
            throws ContainerException {
        List<OciConfig.Mount> staged = new ArrayList<>();
        for (Opened mount : mounts) {
            try {
                staged.add(stage(mount, scratch, place, targets));
            } catch (LinuxException e) {
                throw invalid(mount.spec(), e.getMessage(), e);
            }
        }
        return staged;
    }

    private OciConfig.Mount stage(Opened mount, Dir scratch, String place, MountTargets targets)
            throws LinuxException {
        if (mount instanceof Opened.Memory(MountSpec.Tmpfs tmpfs)) {
            RawPath path = targets.prepareOutsideProc(tmpfs.target(), true);
            List<String> options = new ArrayList<>();
            for (String freedom : List.of("suid", "dev", "exec")) {
                if (!tmpfs.options().contains(freedom)) {
                    options.add("no" + freedom);
                }
            }
            options.add("mode=" + Integer.toOctalString(tmpfs.mode()));
            if (tmpfs.sizeBytes() > 0) {
                options.add("size=" + tmpfs.sizeBytes());
            }
            options.addAll(tmpfs.options());
            return new OciConfig.Mount("/" + path, "tmpfs", "tmpfs", options);
        }
        try (Fd tree = tree(mount, scratch)) {
            boolean directory = tree.stat().type() == FileType.DIRECTORY;
            RawPath name = RawPath.of("source" + made++);
            if (directory) {
                scratch.mkdir(name, 0700);
            } else {
                int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT;
                scratch.open(name, flags, 0600, Resolve.BENEATH).close();
            }
            try (Fd on = scratch.open(name, OpenFlags.O_PATH, 0, Resolve.BENEATH)) {
                Mounts.attach(tree, on);
            }
            RawPath path = targets.prepareOutsideProc(mount.spec().target(), directory);
            List<String> options = List.of("rbind", mount.spec().readOnly() ? "ro" : "rw");
            return new OciConfig.Mount("/" + path, "bind", place + "/" + name, options);
        }
    }

    private Fd tree(Opened mount, Dir scratch) throws LinuxException {
        if (mount instanceof Opened.Files files) {
            return ProcessSpawn.high(files.source());
        }
        if (mount instanceof Opened.Tree tree) {
            RawPath source = tree.spec().source();
            try (Dir root = tree.root().mount(scratch, RawPath.of("tree" + made++));
                    Fd from = root.open(source, OpenFlags.O_PATH, 0, Resolve.IN_ROOT)) {
                return Mounts.copyTree(from);
            }
        }
        if (mount.spec() instanceof MountSpec.FileContent file) {
            return write(file, scratch);
        }
        throw new IllegalStateException(mount.spec().target());
    }

    private void mount(Opened mount, Dir scratch, MountTargets targets) throws LinuxException {
        if (mount instanceof Opened.Memory(MountSpec.Tmpfs tmpfs)) {
            mount(tmpfs, targets);
        } else {
            try (Fd source = tree(mount, scratch)) {
                attach(source, mount.spec(), targets);
            }
        }
    }

    private Fd write(MountSpec.FileContent file, Dir scratch) throws LinuxException {
        RawPath name = RawPath.of("file" + made++);
        byte[] content = file.content();
        int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
        try (Fd fd = scratch.open(name, flags, 0600, Resolve.BENEATH)) {
            fd.write(content, 0, content.length);
        }
        scratch.chown(name, file.uid(), file.gid());
        scratch.chmod(name, file.mode());
        try (Fd fd = scratch.open(name, OpenFlags.O_PATH, 0, Resolve.BENEATH)) {
            return Mounts.copyTree(fd);
        }
    }

    private static void mount(MountSpec.Tmpfs tmpfs, MountTargets targets) throws LinuxException {
        long flags = Mounts.NOSUID | Mounts.NODEV | Mounts.NOEXEC;
        StringBuilder data = new StringBuilder("mode=").append(Integer.toOctalString(tmpfs.mode()));
        if (tmpfs.sizeBytes() > 0) {
            data.append(",size=").append(tmpfs.sizeBytes());
        }
        for (String option : tmpfs.options()) {
            switch (option) {
                case "exec" -> flags &= ~Mounts.NOEXEC;
                case "suid" -> flags &= ~Mounts.NOSUID;
                case "dev" -> flags &= ~Mounts.NODEV;
                case "ro" -> flags |= Mounts.RDONLY;
                case "noexec", "nosuid", "nodev", "rw" -> {}
                default -> {
                    if (option.contains(",")) {
                        throw new LinuxException(Errno.EINVAL, "tmpfs option", option);
                    }
                    data.append(',').append(option);
                }
            }
        }
        RawPath path = targets.prepareOutsideProc(tmpfs.target(), true);
        try (Fd on = targets.open(path)) {
            Mounts.mount("tmpfs", SystemMounts.procPath(on), "tmpfs", flags, data.toString());
        }
    }

    private void attach(Fd tree, MountSpec spec, MountTargets targets) throws LinuxException {
        long restrictions = (spec.readOnly() ? Mounts.RDONLY : 0) | (privileged ? 0 : Mounts.NODEV);
        if (restrictions != 0) {
            Mounts.restrict(tree, restrictions, true);
        }
        FileStat stat = tree.stat();
        RawPath path = targets.prepareOutsideProc(spec.target(), stat.type() == FileType.DIRECTORY);
        try (Fd on = targets.open(path)) {
            Mounts.attach(tree, on);
        }
    }

    @Override
    public void close() {
        for (Opened mount : mounts) {
            mount.close();
        }
    }
}
