package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

/// Native methods whose machine code is our own: a [SharedObject] that lies beside the jar.
///
/// Linking the first downcall of FFM makes the JVM spin some 25 classes, which no AOT cache keeps:
/// 30 ms of every start. Calling a native method costs nothing. The launcher names the file in the
/// system property [#PROPERTY]; without one that fits this machine (in a library's user's process,
/// in tests) everything works through FFM and the JDK.
final class NativeMethods {
    static final String PROPERTY = "slipway.native";

    /// Whether the methods may be called.
    static final boolean LOADED = load(System.getProperty(PROPERTY));

    /// Whether [#sha256] and [#sha256Twice] may be called.
    static final boolean SHA256 = LOADED && hasSha256();

    private static final int SHA_EXTENSIONS = 1 << 29; // cpuid 7, ebx

    private NativeMethods() {}

    @SuppressWarnings("restricted") // as every native access of this module
    private static boolean load(@Nullable String file) {
        if (file == null || file.isEmpty()) {
            return false;
        }
        try {
            System.load(file);
            return systemCall(Syscall.GETPID, 0, 0, 0, 0, 0, 0) > 0;
        } catch (UnsatisfiedLinkError _) {
            return false; // made for another machine, on a disk that is noexec, removed meanwhile
        }
    }

    private static boolean hasSha256() {
        return !Syscall.AARCH64 && (features() & SHA_EXTENSIONS) != 0;
    }

    /// Makes a system call.
    ///
    /// @return what the kernel returned: negative is a negated errno
    static native long systemCall(long number, long a, long b, long c, long d, long e, long f);

    /// Calls the C function at `address`, which takes up to six integers or pointers.
    static native long call(long address, long a, long b, long c, long d, long e, long f);

    /// What the processor says it has: on x86-64, `ebx` of CPUID leaf 7; elsewhere 0.
    static native long features();

    /// Compresses whole blocks of 64 bytes; [Sha256Code].
    ///
    /// @param state the address of eight 32-bit words
    /// @param data the address of the blocks
    static native void sha256(long state, long data, long blocks);

    /// Compresses the same blocks into two states.
    ///
    /// @param states the address of the sixteen words of both
    static native void sha256Twice(long states, long data, long blocks);
}
