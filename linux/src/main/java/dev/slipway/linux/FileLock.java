package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/// A lock between processes, and between holders in one process: flock(2) on a file, made if it is
/// missing.
///
/// Unlike `java.nio`'s, which are fcntl locks, it lasts until closed, or until the process dies,
/// whatever else opens and closes the file.
public final class FileLock implements AutoCloseable {
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int MODE = 0644;
    private static final long FIRST_PAUSE_NANOS = 500_000;
    private static final long LONGEST_PAUSE_NANOS = 20_000_000;

    private final Fd fd;

    private FileLock(Fd fd) {
        this.fd = fd;
    }

    /// Waits for the lock. A waiter polls, so that it can be interrupted and keeps no thread in
    /// native code, which would delay the exit of the JVM.
    ///
    /// @throws LinuxException EINTR if the thread is interrupted; its flag stays set
    public static FileLock exclusive(Path file) throws LinuxException {
        return await(file, LOCK_EX);
    }

    /// As [#exclusive], sharing it with other shared holders.
    public static FileLock shared(Path file) throws LinuxException {
        return await(file, LOCK_SH);
    }

    /// Takes the lock if it is free.
    ///
    /// @return null if another holds it
    public static @Nullable FileLock tryExclusive(Path file) throws LinuxException {
        return attempt(file, LOCK_EX);
    }

    /// Takes a share of the lock if that is free.
    ///
    /// @return null if another holds it exclusively
    public static @Nullable FileLock tryShared(Path file) throws LinuxException {
        return attempt(file, LOCK_SH);
    }

    private static FileLock await(Path file, int kind) throws LinuxException {
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            FileLock lock = attempt(file, kind);
            if (lock != null) {
                return lock;
            }
            LockSupport.parkNanos(pause);
            if (Thread.currentThread().isInterrupted()) {
                throw new LinuxException(Errno.EINTR, "flock", file.toString());
            }
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
        }
    }

    private static @Nullable FileLock attempt(Path file, int kind) throws LinuxException {
        while (true) {
            Fd fd = Fd.open(file, OpenFlags.O_RDWR | OpenFlags.O_CREAT, MODE);
            boolean kept = false;
            try {
                if (!flock(fd, kind, file)) {
                    return null;
                }
                // The file may have been removed between open and flock: then this locks nothing.
                if (isStill(file, fd.stat())) {
                    kept = true;
                    return new FileLock(fd);
                }
            } finally {
                if (!kept) {
                    fd.close();
                }
            }
        }
    }

    private static boolean flock(Fd fd, int kind, Path file) throws LinuxException {
        try (Native n = Native.take()) {
            long result = n.call(Syscall.FLOCK, fd.number(), kind | LOCK_NB);
            if (result == -Errno.EAGAIN) {
                return false;
            }
            Native.check(result, "flock", file.toString());
            return true;
        }
    }

    private static boolean isStill(Path file, FileStat locked) throws LinuxException {
        try (Fd now = Fd.open(file, OpenFlags.O_PATH, 0)) {
            FileStat stat = now.stat();
            return stat.inode() == locked.inode() && stat.device() == locked.device();
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    /// Releases the lock. Idempotent.
    @Override
    public void close() {
        fd.close();
    }
}
