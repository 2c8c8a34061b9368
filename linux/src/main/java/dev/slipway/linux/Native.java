package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedDeque;

/// The way into the kernel: through [NativeMethods] if they are there, else by FFM.
///
///     try (Native n = Native.take()) {
///         n.check(n.call(Syscall.MKDIRAT, dirFd, n.path(name), mode), "mkdirat", name);
///     }
///
/// An instance is scratch memory for one thread at a time: room for strings and structs, and a transfer buffer.
/// Instances are pooled, not thread-local, so that a million virtual threads cost no more memory than the calls
/// in flight.
///
/// Functions of libc proper (posix_spawn and kin) are [LibcFunction]s.
final class Native implements AutoCloseable {
    /// `AT_FDCWD`: a path is relative to the working directory.
    static final int AT_FDCWD = -100;

    /// Bytes in the longest path the kernel takes, with its NUL.
    static final int PATH_MAX = 4096;

    /// Bytes in the transfer buffer.
    static final int TRANSFER_BYTES = 128 * 1024;

    private static final int SCRATCH_BYTES = 24 * 1024;
    private static final ConcurrentLinkedDeque<Native> POOL = new ConcurrentLinkedDeque<>();

    private final Memory scratch = Memory.allocate(SCRATCH_BYTES);
    private @Nullable Memory transfer;
    private int used;
    private @Nullable Downcall downcall;

    private Native() {}

    /// Takes scratch memory; `close` gives it back, after which nothing allocated from it may be
    /// used.
    static Native take() {
        Native pooled = POOL.pollFirst();
        return pooled == null ? new Native() : pooled;
    }

    @Override
    public void close() {
        used = 0;
        POOL.addFirst(this);
    }

    /// Makes a system call.
    ///
    /// @return what the kernel returned: negative is a negated errno
    long call(long number, long a, long b, long c, long d, long e, long f) {
        return NativeMethods.LOADED
                ? NativeMethods.systemCall(number, a, b, c, d, e, f)
                : byDowncall(number, a, b, c, d, e, f);
    }

    private long byDowncall(long number, long a, long b, long c, long d, long e, long f) {
        if (downcall == null) {
            downcall = new Downcall();
        }
        return downcall.systemCall(number, a, b, c, d, e, f);
    }

    long call(long number, long a, long b, long c, long d, long e) {
        return call(number, a, b, c, d, e, 0);
    }

    long call(long number, long a, long b, long c, long d) {
        return call(number, a, b, c, d, 0, 0);
    }

    long call(long number, long a, long b, long c) {
        return call(number, a, b, c, 0, 0, 0);
    }

    long call(long number, long a, long b) {
        return call(number, a, b, 0, 0, 0, 0);
    }

    long call(long number, long a) {
        return call(number, a, 0, 0, 0, 0, 0);
    }

    long call(long number) {
        return call(number, 0, 0, 0, 0, 0, 0);
    }

    /// Throws if `result` is a negated errno, else returns it.
    static long check(long result, String call, String path) throws LinuxException {
        if (result < 0) {
            throw new LinuxException((int) -result, call, path);
        }
        return result;
    }

    /// As [#check(long, String, String)], naming a path of bytes.
    static long check(long result, String call, RawPath path) throws LinuxException {
        if (result < 0) {
            throw new LinuxException((int) -result, call, path.toString());
        }
        return result;
    }

    /// Zeroed scratch memory of `bytes` bytes, 16-byte aligned, valid until `close`.
    Memory allocate(int bytes) {
        return reserve(bytes).clear();
    }

    /// The address of a NUL-terminated copy of `path`, valid until `close`.
    ///
    /// @throws LinuxException EINVAL if the path holds a NUL, which would cut it short;
    ///   ENAMETOOLONG from [#PATH_MAX] on
    long path(RawPath path) throws LinuxException {
        return latin1(path.latin1());
    }

    /// The address of a NUL-terminated copy of `text` as UTF-8, valid until `close`.
    ///
    /// @throws LinuxException EINVAL if the text holds a NUL
    long text(String text) throws LinuxException {
        return string(text.getBytes(StandardCharsets.UTF_8));
    }

    /// As [#text] for text of one char per byte.
    long latin1(String bytes) throws LinuxException {
        return string(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private long string(byte[] bytes) throws LinuxException {
        if (bytes.length >= PATH_MAX) {
            throw new LinuxException(Errno.ENAMETOOLONG, "path", RawPath.ofBytes(bytes).toString());
        }
        for (byte b : bytes) {
            if (b == 0) {
                throw new LinuxException(
                        Errno.EINVAL, "path with a NUL", RawPath.ofBytes(bytes).toString());
            }
        }
        Memory copy = reserve(bytes.length + 1);
        copy.put(0, bytes, 0, bytes.length).putByte(bytes.length, (byte) 0);
        return copy.address();
    }

    private Memory reserve(int bytes) {
        int start = (used + 15) & ~15;
        if (bytes > SCRATCH_BYTES - start) {
            throw new IllegalStateException("scratch memory is for a few paths and structs");
        }
        used = start + bytes;
        return scratch.slice(start, bytes);
    }

    /// A buffer of [#TRANSFER_BYTES] for reads and writes, contents undefined, valid until `close`.
    Memory transfer() {
        Memory buffer = transfer;
        if (buffer == null) {
            buffer = Memory.allocate(TRANSFER_BYTES);
            transfer = buffer;
        }
        return buffer;
    }
}
