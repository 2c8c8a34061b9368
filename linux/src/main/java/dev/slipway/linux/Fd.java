package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/// A file descriptor this process owns. `close` is idempotent; afterwards every call fails with
/// EBADF.
///
/// Reads and writes may be made from several threads, which then share one position, as in the
/// kernel.
public final class Fd implements AutoCloseable {
    private static final int SEEK_SET = 0;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int SYNC_FILE_RANGE_WRITE = 2;
    private static final int FICLONE = 0x40049409;

    private final AtomicInteger number;
    private final RawPath path;

    Fd(int number, RawPath path) {
        this.number = new AtomicInteger(number);
        this.path = path;
    }

    /// Takes over a descriptor number that nothing else will close.
    ///
    /// @param path what to call it in error messages
    public static Fd own(int number, RawPath path) {
        return new Fd(number, path);
    }

    /// Opens a path that is trusted: the caller's own, resolved by the kernel from the working
    /// directory.
    public static Fd open(java.nio.file.Path trusted, int flags, int mode) throws LinuxException {
        RawPath path = TrustedPaths.bytes(trusted);
        try (Native n = Native.take()) {
            int all = flags | OpenFlags.O_CLOEXEC;
            long fd = n.call(Syscall.OPENAT, Native.AT_FDCWD, n.path(path), all, mode);
            return new Fd((int) Native.check(fd, "openat", path), path);
        }
    }

    /// The descriptor's number; -1 once closed.
    public int number() {
        return number.get();
    }

    /// Reads up to `length` bytes at the position.
    ///
    /// @return how many were read, -1 at the end; never 0 unless `length` is
    public int read(byte[] buffer, int offset, int length) throws LinuxException {
        return read(buffer, offset, length, -1);
    }

    /// Reads up to `length` bytes at `position`, leaving the descriptor's own position alone.
    ///
    /// @return how many were read, -1 at the end; never 0 unless `length` is
    public int readAt(byte[] buffer, int offset, int length, long position) throws LinuxException {
        if (position < 0) {
            throw new IllegalArgumentException("position " + position);
        }
        return read(buffer, offset, length, position);
    }

    private int read(byte[] buffer, int offset, int length, long position) throws LinuxException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        try (Native n = Native.take()) {
            Memory transfer = n.transfer();
            long address = transfer.address();
            int wanted = Math.min(length, Native.TRANSFER_BYTES);
            long count;
            do {
                count =
                        position < 0
                                ? n.call(Syscall.READ, number(), address, wanted)
                                : n.call(Syscall.PREAD64, number(), address, wanted, position);
            } while (count == -Errno.EINTR);
            Native.check(count, "read", path);
            transfer.get(0, buffer, offset, (int) count);
            VectorState.clean();
            return count == 0 ? -1 : (int) count;
        }
    }

    /// Writes all of the given bytes at the descriptor's position.
    public void write(byte[] buffer, int offset, int length) throws LinuxException {
        write(buffer, offset, length, -1);
    }

    /// Writes all of the given bytes at `position`, leaving the descriptor's own position alone.
    public void writeAt(byte[] buffer, int offset, int length, long position)
            throws LinuxException {
        if (position < 0) {
            throw new IllegalArgumentException("position " + position);
        }
        write(buffer, offset, length, position);
    }

    private void write(byte[] buffer, int offset, int length, long position) throws LinuxException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        try (Native n = Native.take()) {
            Memory transfer = n.transfer();
            int done = 0;
            while (done < length) {
                int chunk = Math.min(length - done, Native.TRANSFER_BYTES);
                transfer.put(0, buffer, offset + done, chunk);
                writeFully(n, transfer.address(), chunk, position < 0 ? -1 : position + done);
                done += chunk;
            }
            VectorState.clean();
        }
    }

    private void writeFully(Native n, long address, int length, long position)
            throws LinuxException {
        int done = 0;
        while (done < length) {
            long from = address + done;
            int left = length - done;
            long count =
                    position < 0
                            ? n.call(Syscall.WRITE, number(), from, left)
                            : n.call(Syscall.PWRITE64, number(), from, left, position + done);
            if (count != -Errno.EINTR) {
                done += (int) Native.check(count, "write", path);
            }
        }
    }

    /// Moves the position to `offset` bytes from the start.
    public long seek(long offset) throws LinuxException {
        return Native.check(lseek(offset, SEEK_SET), "lseek", path);
    }

    /// Moves to the first byte at or after `offset` that is not in a hole.
    ///
    /// @return where that is; -1 if only a hole, or nothing, follows
    public long seekData(long offset) throws LinuxException {
        long found = lseek(offset, SEEK_DATA);
        return found == -Errno.ENXIO ? -1 : Native.check(found, "lseek", path);
    }

    /// Moves to the first hole at or after `offset`; the end of the file counts as one.
    ///
    /// @return where that is; -1 if `offset` is at or past the end
    public long seekHole(long offset) throws LinuxException {
        long found = lseek(offset, SEEK_HOLE);
        return found == -Errno.ENXIO ? -1 : Native.check(found, "lseek", path);
    }

    private long lseek(long offset, int whence) {
        try (Native n = Native.take()) {
            return n.call(Syscall.LSEEK, number(), offset, whence);
        }
    }

    /// Sets the size in bytes, cutting off or adding a hole.
    public void truncate(long size) throws LinuxException {
        try (Native n = Native.take()) {
            Native.check(n.call(Syscall.FTRUNCATE, number(), size), "ftruncate", path);
        }
    }

    /// Waits until content and metadata are on the disk.
    public void sync() throws LinuxException {
        try (Native n = Native.take()) {
            Native.check(n.call(Syscall.FSYNC, number()), "fsync", path);
        }
    }

    /// Has the kernel start to write a range to the disk, which a later [#sync] then waits less
    /// for. Only a hint: a file system that cannot does nothing.
    public void startWriteback(long offset, long length) {
        try (Native n = Native.take()) {
            n.call(Syscall.SYNC_FILE_RANGE, number(), offset, length, SYNC_FILE_RANGE_WRITE);
        }
    }

    public FileStat stat() throws LinuxException {
        try (Native n = Native.take()) {
            Statx statx = Statx.in(n);
            long result = statx.call(n, number(), n.latin1(""), Statx.AT_EMPTY_PATH);
            Native.check(result, "statx", path);
            return statx.read();
        }
    }

    /// Copies inside the kernel, sharing blocks where the file system can.
    ///
    /// @return how many bytes were copied; fewer than `length` only at the end of `from`
    /// @throws LinuxException EXDEV, EINVAL or EOPNOTSUPP where the kernel cannot: copy by hand
    ///   then
    public static long copyRange(Fd from, long fromOffset, Fd to, long toOffset, long length)
            throws LinuxException {
        try (Native n = Native.take()) {
            Memory offsets = n.allocate(16);
            offsets.putLong(0, fromOffset);
            offsets.putLong(8, toOffset);
            long done = 0;
            while (done < length) {
                long count =
                        n.call(
                                Syscall.COPY_FILE_RANGE,
                                from.number(),
                                offsets.address(),
                                to.number(),
                                offsets.address() + 8,
                                Math.min(length - done, 1L << 30),
                                0);
                if (count == -Errno.EINTR) {
                    continue;
                }
                if (Native.check(count, "copy_file_range", from.path) == 0) {
                    break;
                }
                done += count;
            }
            return done;
        }
    }

    /// Feeds `digest` the `length` bytes from `offset` on, leaving the position alone. Where the
    /// digest is ours, they do not pass through the heap.
    ///
    /// @throws java.io.EOFException if the file ends before
    public void digest(MessageDigest digest, long offset, long length) throws IOException {
        digest(digest, null, offset, length);
    }

    /// Feeds two digests the same bytes. Where both are ours, that takes little longer than for
    /// one.
    ///
    /// @param also null: there is only one
    /// @throws java.io.EOFException if the file ends before
    public void digest(MessageDigest digest, @Nullable MessageDigest also, long offset, long length)
            throws IOException {
        long at = offset;
        long end = offset + length;
        if (digest instanceof Sha256 first && (also == null || also instanceof Sha256)) {
            Sha256 second = (Sha256) also;
            while (at < end && first.isAligned() && (second == null || second.isAligned())) {
                at += first.update(second, this, at, end - at);
            }
        }
        byte[] buffer = new byte[(int) Math.min(Native.TRANSFER_BYTES, end - at)];
        while (at < end) {
            int count = readAt(buffer, 0, (int) Math.min(buffer.length, end - at), at);
            if (count < 0) {
                throw new EOFException(path + " ends at " + at);
            }
            digest.update(buffer, 0, count);
            if (also != null) {
                also.update(buffer, 0, count);
            }
            at += count;
        }
    }

    /// Reads at `position` into memory of `n`.
    ///
    /// @return how many bytes; 0 at the end
    int readAt(Native n, Memory memory, int length, long position) throws LinuxException {
        long count;
        do {
            count = n.call(Syscall.PREAD64, number(), memory.address(), length, position);
        } while (count == -Errno.EINTR);
        return (int) Native.check(count, "read", path);
    }

    /// Writes a range of another file at `position`, inside the kernel where it can, leaving the
    /// descriptors' own positions alone.
    ///
    /// @throws java.io.EOFException if `from` ends before
    public void writeAt(Fd from, long fromOffset, long length, long position) throws IOException {
        long done = 0;
        try {
            done = copyRange(from, fromOffset, this, position, length);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EXDEV
                    && e.errno() != Errno.EINVAL
                    && e.errno() != Errno.ENOSYS
                    && e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
        }
        byte[] buffer = new byte[(int) Math.min(Native.TRANSFER_BYTES, length - done)];
        while (done < length) {
            int wanted = (int) Math.min(buffer.length, length - done);
            int count = from.readAt(buffer, 0, wanted, fromOffset + done);
            if (count < 0) {
                throw new EOFException(from.path + " ends at " + (fromOffset + done));
            }
            writeAt(buffer, 0, count, position + done);
            done += count;
        }
    }

    /// Makes this file share all blocks of `source` (FICLONE).
    ///
    /// @return false, with nothing changed, if the file systems cannot
    public boolean cloneFrom(Fd source) throws LinuxException {
        try (Native n = Native.take()) {
            long result = n.call(Syscall.IOCTL, number(), FICLONE, source.number());
            if (result == -Errno.EOPNOTSUPP
                    || result == -Errno.EXDEV
                    || result == -Errno.EINVAL
                    || result == -Errno.ENOTTY) {
                return false;
            }
            Native.check(result, "ioctl(FICLONE)", path);
            return true;
        }
    }

    /// A stream over the descriptor's position; closing it closes this descriptor. Not buffered.
    public InputStream inputStream() {
        return new FdStreams.In(this);
    }

    /// A stream over the descriptor's position; closing it closes this descriptor. Not buffered.
    public OutputStream outputStream() {
        return new FdStreams.Out(this);
    }

    /// Never throws: an error of close(2) tells nothing that [#sync] would not have told.
    @Override
    public void close() {
        int open = number.getAndSet(-1);
        if (open >= 0) {
            try (Native n = Native.take()) {
                n.call(Syscall.CLOSE, open);
            }
        }
    }
}
