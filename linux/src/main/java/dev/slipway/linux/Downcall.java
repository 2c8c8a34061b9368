package dev.slipway.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Calls by FFM, where [NativeMethods] are not there. One linked downcall serves all functions:
/// each shape would cost some 30 ms when it is first seen.
final class Downcall {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final int ERRNO_OFFSET =
            (int) CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MemorySegment SYSCALL = LINKER.defaultLookup().findOrThrow("syscall");
    private static final MethodHandle HANDLE =
            LINKER.downcallHandle(
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                            JAVA_LONG, JAVA_LONG),
                    Linker.Option.captureCallState("errno"));

    /// What libc's errno is captured in: one per [Native], since it belongs to a thread.
    private final MemorySegment capture = Arena.global().allocate(CAPTURE);

    private final ByteBuffer captured = capture.asByteBuffer().order(ByteOrder.nativeOrder());

    /// Makes a system call.
    ///
    /// @return what the kernel returned: negative is a negated errno
    long systemCall(long number, long a, long b, long c, long d, long e, long f) {
        long result = invoke(SYSCALL, capture, number, a, b, c, d, e, f);
        return result == -1 ? -captured.getInt(ERRNO_OFFSET) : result;
    }

    static long call(MemorySegment address, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            return invoke(address, arena.allocate(CAPTURE), a, b, c, d, e, f, 0);
        }
    }

    private static long invoke(
            MemorySegment address,
            MemorySegment capture,
            long a,
            long b,
            long c,
            long d,
            long e,
            long f,
            long g) {
        try {
            return (long) HANDLE.invokeExact(address, capture, a, b, c, d, e, f, g);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable never) { // invokeExact is declared to throw anything, a downcall cannot
            throw new AssertionError(never);
        }
    }
}
