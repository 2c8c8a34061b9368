package dev.slipway.container;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Mounts;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Mounts what a specification asks for. Sources are opened before anything is mounted, targets
/// just before, and both are used by descriptor, so that nobody can put a link in their place in
/// between (CVE-2024-23651, CVE-2024-11218).
final class SpecMounts implements AutoCloseable {
    /// A mount whose source was opened.
    private sealed interface Opened {
        MountSpec spec();

        record Files(MountSpec spec, Fd source) implements Opened {}

        record Tree(MountSpec.Tree spec, OverlayRoot root) implements Opened {}

        record Memory(MountSpec spec) implements Opened {}
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
        return switch (spec) {
            case MountSpec.Bind bind -> new Opened.Files(bind, openSource(bind.source()));
            case MountSpec.Tree tree -> new Opened.Tree(tree, OverlayRoot.open(tree.root()));
            case MountSpec.Tmpfs _, MountSpec.FileContent _ -> new Opened.Memory(spec);
        };
    }

    private static Fd openSource(MountSpec.Source source) throws LinuxException {
        return switch (source) {
            case MountSpec.Source.Host(var path) -> {
                try (Fd fd = Fd.open(path.toAbsolutePath(), OpenFlags.O_PATH, 0)) {
                    yield Mounts.copyTree(fd);
                }
            }
            case MountSpec.Source.Beneath(var directory, var path) -> {
                try (Dir base = Dir.open(directory.toAbsolutePath());
                        Fd fd = base.open(path, OpenFlags.O_PATH, 0, Resolve.IN_ROOT)) {
                    yield Mounts.copyTree(fd);
                }
            }
        };
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

    private void mount(Opened mount, Dir scratch, MountTargets targets) throws LinuxException {
        switch (mount) {
            case Opened.Files(MountSpec spec, Fd source) -> attach(source, spec, targets);
            case Opened.Tree(MountSpec.Tree spec, OverlayRoot overlay) -> {
                try (Dir root = overlay.mount(scratch, RawPath.of("tree" + made++));
                        Fd from = root.open(spec.source(), OpenFlags.O_PATH, 0, Resolve.IN_ROOT);
                        Fd source = Mounts.copyTree(from)) {
                    attach(source, spec, targets);
                }
            }
            case Opened.Memory(MountSpec.FileContent file) -> {
                try (Fd source = write(file, scratch)) {
                    attach(source, file, targets);
                }
            }
            case Opened.Memory(MountSpec.Tmpfs tmpfs) -> mount(tmpfs, targets);
            case Opened.Memory(MountSpec other) -> throw new IllegalStateException(other.target());
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
            switch (mount) {
                case Opened.Files(_, Fd source) -> source.close();
                case Opened.Tree(_, OverlayRoot root) -> root.close();
                case Opened.Memory _ -> {}
            }
        }
    }
}
