package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/// A function of libc that takes up to six integers or pointers and returns an int. Keep it in a
/// `static final` field of a holder class, one per group of calls.
final class LibcFunction {
    private static final SymbolLookup LIBC = Linker.nativeLinker().defaultLookup();

    private final MemorySegment address;

    private LibcFunction(MemorySegment address) {
        this.address = address;
    }

    static LibcFunction of(String name) {
        return new LibcFunction(LIBC.findOrThrow(name));
    }

    /// Null if this libc has no such function.
    static @Nullable LibcFunction ifPresent(String name) {
        Optional<MemorySegment> found = LIBC.find(name);
        return found.isPresent() ? new LibcFunction(found.get()) : null;
    }

    /// Calls it. Integers and pointers travel in the same registers, and surplus ones are not
    /// looked at, so one shape serves all.
    ///
    /// @return what the function returned; errno is not to be had
    int call(long a, long b, long c, long d, long e, long f) {
        return (int)
                (NativeMethods.LOADED
                        ? NativeMethods.call(address.address(), a, b, c, d, e, f)
                        : Downcall.call(address, a, b, c, d, e, f));
    }
}
