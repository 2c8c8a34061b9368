package dev.slipway.image.compress;

/// Tells bytes that deflate cannot make smaller, such as compressed or encrypted files. Deflate
/// spends more time on them than on any others, and saves nothing.
final class Noise {
    /// How much more often than in noise two bytes of a block may be equal, in percent: beyond it,
    /// Huffman's code saves more than 0.2 %.
    private static final int SKEW_PERCENT = 1;

    /// Strings of four bytes that may come again in a block; chance makes about one.
    private static final int REPEATS_MAX = 64;

    private static final int TABLE_BITS = 15;

    private Noise() {}

    /// @param from where the block begins; what is before it can be referred to
    static boolean is(byte[] bytes, int from, int count) {
        return isEven(bytes, from, count) && isNew(bytes, from, count);
    }

    /// Whether all values of a byte are about as frequent.
    private static boolean isEven(byte[] bytes, int from, int count) {
        int[] counts = new int[256];
        for (int i = from; i < from + count; i++) {
            counts[bytes[i] & 0xff]++;
        }
        long squares = 0;
        for (int each : counts) {
            squares += (long) each * each;
        }
        return squares * 256 * 100 <= (long) count * count * (100 + SKEW_PERCENT);
    }

    /// Whether hardly anything was there before.
    private static boolean isNew(byte[] bytes, int from, int count) {
        // The last string of each hash; zeros at first, which may count as one repeat.
        int[] strings = new int[1 << TABLE_BITS];
        int repeats = 0;
        int string = 0;
        for (int i = 0; i < from + count; i++) {
            string = (string << 8) | (bytes[i] & 0xff);
            int hash = (string * 0x9e3779b1) >>> (32 - TABLE_BITS);
            if (i >= from && strings[hash] == string && ++repeats > REPEATS_MAX) {
                return false;
            }
            strings[hash] = string;
        }
        return true;
    }
}
