package dev.slipway.build;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.Host;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// Content put aside in a file without a name, which is gone when it is closed or the process dies.
/// Made when first written to. Not for use by several threads.
final class Spool implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;
    private static final int MODE = 0600;

    private final Path directory;
    private @Nullable Fd fd;
    private long end;

    Spool(Path directory) {
        this.directory = directory;
    }

    /// Appends all of a stream.
    ///
    /// @return where it starts
    long append(InputStream in) throws IOException {
        long start = end;
        byte[] buffer = new byte[BUFFER_BYTES];
        int count;
        while ((count = in.read(buffer, 0, buffer.length)) >= 0) {
            file().write(buffer, 0, count);
            end += count;
        }
        return start;
    }

    /// The `size` bytes from `offset` on.
    InputStream open(long offset, long size) {
        return new Slice(offset, size);
    }

    private Fd file() throws IOException {
        if (fd == null) {
            try (Dir dir = Dir.open(directory)) {
                fd = unnamed(dir);
            }
        }
        return fd;
    }

    private static Fd unnamed(Dir dir) throws LinuxException {
        try {
            int flags = OpenFlags.O_TMPFILE | OpenFlags.O_RDWR;
            return dir.open(RawPath.ROOT, flags, MODE, Resolve.NO_SYMLINKS);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EISDIR) {
                throw e;
            }
        }
        RawPath name = RawPath.of(".spool-" + Host.pid() + "-" + System.nanoTime());
        int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
        Fd file = dir.open(name, flags, MODE, Resolve.NO_SYMLINKS);
        dir.unlink(name);
        return file;
    }

    /// Idempotent.
    @Override
    public void close() {
        if (fd != null) {
            fd.close();
        }
    }

    private final class Slice extends InputStream {
        private long position;
        private long left;

        Slice(long offset, long size) {
            this.position = offset;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return length == 0 ? 0 : -1;
            }
            int count = file().readAt(buffer, offset, (int) Math.min(length, left), position);
            if (count > 0) {
                position += count;
                left -= count;
            }
            return count;
        }
    }
}
