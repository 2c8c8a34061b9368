package dev.slipway.linux;

/// Cleans the upper halves of the vector registers.
///
/// On x86-64 with AVX-512, what HotSpot (seen with 25.0.3) compiles for a downcall and the copy
/// after it can leave them in use. SHA-256 instructions then take some twenty times as long: 0.03
/// GB/s instead of 1.5, for as long as file contents are read and digested in turn. The stub behind
/// `System.arraycopy` ends in VZEROUPPER, which mends that; `-XX:UseAVX=2` does too.
final class VectorState {
    private static final int BYTES = 256;
    private static final byte[] FROM = new byte[BYTES];
    private static final byte[] TO = new byte[BYTES]; // written by all threads, read by none

    private VectorState() {}

    static void clean() {
        System.arraycopy(FROM, 0, TO, 0, BYTES);
    }
}
