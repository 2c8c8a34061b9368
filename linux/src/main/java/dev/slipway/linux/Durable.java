package dev.slipway.linux;

import java.nio.file.Path;

/// Writes that outlive a power cut.
public final class Durable {
    private static final int MODE = 0644;
    private static final int ATTEMPTS = 1000;

    private Durable() {}

    /// Replaces `target`: readers see the old content or all of the new, now and after a crash.
    public static void write(Path target, byte[] content) throws LinuxException {
        Path directory = parent(target);
        try (Dir dir = Dir.open(directory)) {
            RawPath name = TrustedPaths.bytes(target).name();
            RawPath temporary = writeTemporary(dir, name, content);
            boolean renamed = false;
            try {
                dir.rename(temporary, dir, name);
                renamed = true;
            } finally {
                if (!renamed) {
                    dir.unlink(temporary);
                }
            }
            sync(dir.fd(), Syscall.FSYNC, directory);
        }
    }

    private static RawPath writeTemporary(Dir dir, RawPath name, byte[] content)
            throws LinuxException {
        int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
        for (int attempt = 0; ; attempt++) {
            RawPath temporary =
                    RawPath.of(".tmp-" + Host.pid() + "-" + System.nanoTime() + "-" + attempt);
            try (Fd fd = dir.open(temporary, flags, MODE, Resolve.NO_SYMLINKS)) {
                try {
                    fd.write(content, 0, content.length);
                    fd.sync();
                } catch (LinuxException e) {
                    dir.unlink(temporary);
                    throw e;
                }
                return temporary;
            } catch (LinuxException e) {
                if (e.errno() != Errno.EEXIST || attempt == ATTEMPTS) {
                    throw new LinuxException(e.errno(), e.call(), name.toString());
                }
            }
        }
    }

    /// Waits until all of the file system that holds `within` is on the disk.
    public static void syncFileSystem(Path within) throws LinuxException {
        try (Fd fd = Fd.open(within, OpenFlags.O_RDONLY, 0)) {
            sync(fd.number(), Syscall.SYNCFS, within);
        }
    }

    /// Waits until the names in `directory` are on the disk.
    public static void syncDirectory(Path directory) throws LinuxException {
        try (Dir dir = Dir.open(directory)) {
            sync(dir.fd(), Syscall.FSYNC, directory);
        }
    }

    private static void sync(int fd, int call, Path path) throws LinuxException {
        try (Native n = Native.take()) {
            String name = call == Syscall.FSYNC ? "fsync" : "syncfs";
            Native.check(n.call(call, fd), name, path.toString());
        }
    }

    private static Path parent(Path target) {
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("not a file: " + target);
        }
        return parent;
    }
}
