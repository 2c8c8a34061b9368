package dev.slipway.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedDeque;

/// The way into the kernel and libc.
///
/// A system call goes through one shared downcall of libc's `syscall`: linking a downcall costs about a
/// millisecond the first time its shape is seen, so a single shape keeps start-up short.
///
///     try (Native n = Native.take()) {
///         n.check(n.call(Syscall.MKDIRAT, dirFd, n.path(name), mode), "mkdirat", name);
///     }
///
/// An instance is scratch memory for one thread at a time: the captured errno, room for strings and structs,
/// and a transfer buffer. Instances are pooled, not thread-local, so that a million virtual threads cost no
/// more memory than the calls in flight.
///
/// libc functions proper (posix_spawn and kin) are bound with [#bind] in a holder class of their own, one per
/// group of calls, so that a group is linked when first used.
final class Native implements AutoCloseable {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBC = LINKER.defaultLookup();
    private static final Linker.Option CAPTURE_ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final int ERRNO_OFFSET =
            (int) CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYSCALL =
            LINKER.downcallHandle(
                    LIBC.findOrThrow("syscall"),
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG),
                    CAPTURE_ERRNO);

    /// A pointer.
    static final AddressLayout POINTER = ValueLayout.ADDRESS;

    /// `AT_FDCWD`: a path is relative to the working directory.
    static final int AT_FDCWD = -100;

    /// Bytes in the longest path the kernel takes, with its NUL.
    static final int PATH_MAX = 4096;

    /// Bytes in the transfer buffer.
    static final int TRANSFER_BYTES = 128 * 1024;

    private static final int SCRATCH_BYTES = 24 * 1024;
    private static final ConcurrentLinkedDeque<Native> POOL = new ConcurrentLinkedDeque<>();

    /// libc writes errno here; pass it first to a handle made by [#bind].
    final MemorySegment capture = Arena.global().allocate(CAPTURE);

    private final ByteBuffer captured = bytes(capture);
    private final MemorySegment scratch = Arena.global().allocate(SCRATCH_BYTES, 16);
    private MemorySegment transfer = MemorySegment.NULL;
    private int used;

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

    /// Binds a libc function. The handle's first parameter is a [#capture] segment, which receives
    /// errno; the others are those of `function`. Keep it in a `static final` field and call it
    /// with `invokeExact`.
    static MethodHandle bind(String name, FunctionDescriptor function) {
        return LINKER.downcallHandle(LIBC.findOrThrow(name), function, CAPTURE_ERRNO);
    }

    /// As [#bind], for a variadic function whose parameters from `firstVariadic` on are variadic.
    static MethodHandle bindVariadic(String name, FunctionDescriptor function, int firstVariadic) {
        return LINKER.downcallHandle(
                LIBC.findOrThrow(name),
                function,
                CAPTURE_ERRNO,
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    /// Whether this libc has the function `name`.
    static boolean has(String name) {
        return LIBC.find(name).isPresent();
    }

    /// What `invokeExact` is declared to throw and a downcall never does.
    static AssertionError unexpected(Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        return new AssertionError(thrown);
    }

    /// The bytes of `segment`, in native byte order, for reading and writing numbers at any offset.
    ///
    /// The segment's own accessors go through var handles, whose code is spun when first used: some
    /// ten milliseconds at start-up, where a buffer needs none.
    static ByteBuffer bytes(MemorySegment segment) {
        return segment.asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /// The errno captured by the last call through [#capture].
    int errno() {
        return captured.getInt(ERRNO_OFFSET);
    }

    /// Makes a system call.
    ///
    /// @return what the kernel returned: negative is a negated errno
    long call(long number, long a, long b, long c, long d, long e, long f) {
        long result;
        try {
            result = (long) SYSCALL.invokeExact(capture, number, a, b, c, d, e, f);
        } catch (Throwable t) {
            throw unexpected(t);
        }
        return result == -1 ? -errno() : result;
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
    MemorySegment allocate(int bytes) {
        return reserve(bytes).fill((byte) 0);
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
        MemorySegment copy = reserve(bytes.length + 1);
        MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
        copy.asSlice(bytes.length).fill((byte) 0);
        return copy.address();
    }

    private MemorySegment reserve(int bytes) {
        int start = (used + 15) & ~15;
        if (bytes > SCRATCH_BYTES - start) {
            throw new IllegalStateException("scratch memory is for a few paths and structs");
        }
        used = start + bytes;
        return scratch.asSlice(start, bytes);
    }

    /// A buffer of [#TRANSFER_BYTES] for reads and writes, contents undefined, valid until `close`.
    MemorySegment transfer() {
        if (transfer.byteSize() == 0) {
            transfer = Arena.global().allocate(TRANSFER_BYTES, 4096);
        }
        return transfer;
    }
}
