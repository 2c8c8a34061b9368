package dev.slipway.image.compress;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// A block most of which deflate cannot make smaller, as files that are compressed or encrypted,
/// with the tar headers between them. Deflate spends more time on such bytes than on any others,
/// and saves nothing. They are stored as they are; what is between is coded with references and the
/// fixed code.
///
/// It is looked at in segments as long as tar's records, so that files begin with one.
final class NoisyBlock {
    private static final int SEGMENT = 512;

    /// As many bytes are looked at from each end of a segment: padding is at the end.
    private static final int SAMPLE = 32;

    /// How many different bytes a segment's sample must have. Noise has 57, give or take 3; text
    /// has 30.
    private static final int DIFFERENT_MIN = 46;

    /// What the chi-squared statistic of noise hardly exceeds: it is 255, give or take 23.
    private static final int CHI_SQUARED_MAX = 350;

    /// How much it may exceed that, in percent of the number of samples: beyond it, Huffman's code
    /// saves more than 0.5 %.
    private static final int SKEW_PERCENT = 1;

    /// Where it is looked whether what was there comes again: the dictionary, if there is one, and
    /// what follows.
    private static final int LOOKED_AT = 36 << 10;

    /// How many of some 128 strings of four bytes may come again; chance makes that of hardly one.
    private static final int REPEATS_MAX = 8;

    private static final int TABLE_BITS = 12;
    private static final int HASH = 0x9e3779b1;

    private NoisyBlock() {}

    /// Compresses `count` bytes, a multiple of 512, from `from` on; what is before can be referred
    /// to. The result ends on a byte boundary.
    ///
    /// @param last whether it is the last block of the stream
    /// @return null if the block is better deflated
    static GzipOutput.@Nullable Deflated deflate(byte[] input, int from, int count, boolean last) {
        boolean[] noise = new boolean[count / SEGMENT];
        int[] counts = new int[256];
        int[] seen = new int[256];
        int found = 0;
        for (int i = 0; i < noise.length; i++) {
            noise[i] = isNoise(input, from + i * SEGMENT, seen, i + 1, counts);
            found += noise[i] ? 1 : 0;
        }
        if (found * 2 < noise.length || !isEven(counts, found) || !isNew(input, from, count)) {
            return null;
        }
        DeflateWriter out = new DeflateWriter(input, count + count / 8 + 4096);
        for (int i = 0; i < noise.length; ) {
            int start = i;
            while (i < noise.length && noise[i] == noise[start]) {
                i++;
            }
            if (noise[start]) {
                out.store(from + start * SEGMENT, from + i * SEGMENT);
            } else {
                out.code(from + start * SEGMENT, from + i * SEGMENT);
            }
        }
        return out.finish(last);
    }

    /// @param seen where each byte was seen last
    /// @param mark of this segment, larger than those before
    private static boolean isNoise(byte[] input, int at, int[] seen, int mark, int[] counts) {
        int different = 0;
        int tail = at + SEGMENT - SAMPLE;
        for (int i = 0; i < SAMPLE; i++) {
            int head = input[at + i] & 0xff;
            different += (seen[head] - mark) >>> 31; // no branch: nobody could foresee it
            seen[head] = mark;
            int end = input[tail + i] & 0xff;
            different += (seen[end] - mark) >>> 31;
            seen[end] = mark;
        }
        if (different < DIFFERENT_MIN) {
            return false;
        }
        for (int i = 0; i < SAMPLE; i++) {
            counts[input[at + i] & 0xff]++;
        }
        return true;
    }

    /// Whether all values of a byte are about as frequent.
    private static boolean isEven(int[] counts, int segments) {
        long all = (long) segments * SAMPLE;
        long squares = 0;
        for (int each : counts) {
            squares += (long) each * each;
        }
        long chiSquared = squares * 256 / all - all;
        return chiSquared <= CHI_SQUARED_MAX + all * SKEW_PERCENT / 100;
    }

    /// Whether hardly anything that looks like noise was there before: what is like a header does
    /// not count, as zeros make most of it.
    private static boolean isNew(byte[] input, int from, int count) {
        int[] strings = new int[1 << TABLE_BITS];
        int repeats = 0;
        int string = 0;
        int end = Math.min(from + count, LOOKED_AT);
        for (int i = 0; i < end; i++) {
            string = (string << 8) | (input[i] & 0xff);
            int hash = string * HASH;
            // One string of 32 is looked at, the same ones wherever they are.
            if ((hash & 0x1f00) == 0) {
                int slot = hash >>> (32 - TABLE_BITS);
                if (i >= from && strings[slot] == string && isDiverse(string)) {
                    if (++repeats > REPEATS_MAX) {
                        return false;
                    }
                }
                strings[slot] = string;
            }
        }
        return true;
    }

    /// Whether a string could be of noise: four different bytes, none of them zero or a digit.
    private static boolean isDiverse(int string) {
        int a = string & 0xff;
        int b = (string >>> 8) & 0xff;
        int c = (string >>> 16) & 0xff;
        int d = string >>> 24;
        return a != b && a != c && a != d && b != c && b != d && c != d && (a | b | c | d) > 0x7f;
    }

    /// Writes blocks of the deflate format: RFC 1951.
    private static final class DeflateWriter {
        private static final int STORED_MAX = 0xffff;
        private static final int MATCH_MIN = 4;
        private static final int MATCH_MAX = 258;
        private static final int DISTANCE_MAX = 32 << 10;
        private static final int HEADS_BITS = 12;

        private final byte[] input;
        private final byte[] output;

        /// Where a string of four bytes was last, plus one.
        private final int[] heads = new int[1 << HEADS_BITS];

        private int made;
        private long bits;
        private int bitCount;

        DeflateWriter(byte[] input, int room) {
            this.input = input;
            this.output = new byte[room];
        }

        /// Stored blocks: 3.2.4.
        void store(int start, int end) {
            for (int at = start; at < end; ) {
                int n = Math.min(end - at, STORED_MAX);
                stored(n, false);
                System.arraycopy(input, at, output, made, n);
                made += n;
                at += n;
            }
        }

        private void stored(int length, boolean last) {
            put(last ? 1 : 0, 3);
            align();
            output[made++] = (byte) length;
            output[made++] = (byte) (length >>> 8);
            output[made++] = (byte) ~length;
            output[made++] = (byte) (~length >>> 8);
        }

        /// A block with the fixed code: 3.2.6.
        void code(int start, int end) {
            put(2, 3);
            for (int at = start; at < end; ) {
                int length = 0;
                int distance = 0;
                if (end - at >= MATCH_MIN) {
                    int slot = slot(at);
                    int before = heads[slot] - 1;
                    heads[slot] = at + 1;
                    distance = at - before;
                    if (before >= 0 && distance <= DISTANCE_MAX) {
                        length = match(before, at, Math.min(end - at, MATCH_MAX));
                    }
                }
                if (length < MATCH_MIN) {
                    literal(input[at++] & 0xff);
                } else {
                    length(length);
                    distance(distance);
                    at += length;
                }
            }
            literal(256);
        }

        private int slot(int at) {
            int string =
                    (input[at] & 0xff)
                            | (input[at + 1] & 0xff) << 8
                            | (input[at + 2] & 0xff) << 16
                            | input[at + 3] << 24;
            return (string * HASH) >>> (32 - HEADS_BITS);
        }

        private int match(int before, int at, int most) {
            int end = Arrays.mismatch(input, before, before + most, input, at, at + most);
            return end < 0 ? most : end;
        }

        /// Codes of literals and lengths; Huffman codes go first bit first.
        private void literal(int symbol) {
            if (symbol < 144) {
                put(reversed(0x30 + symbol, 8), 8);
            } else if (symbol < 256) {
                put(reversed(0x190 + symbol - 144, 9), 9);
            } else if (symbol < 280) {
                put(reversed(symbol - 256, 7), 7);
            } else {
                put(reversed(0xc0 + symbol - 280, 8), 8);
            }
        }

        /// 3.2.5: four codes for each number of extra bits.
        private void length(int length) {
            if (length == MATCH_MAX) {
                literal(285);
                return;
            }
            int value = length - 3;
            int extra = Math.max(0, 29 - Integer.numberOfLeadingZeros(value));
            literal(257 + extra * 4 + (value >>> extra));
            put(value & ((1 << extra) - 1), extra);
        }

        /// 3.2.5: two codes for each number of extra bits.
        private void distance(int distance) {
            int value = distance - 1;
            int extra = Math.max(0, 30 - Integer.numberOfLeadingZeros(value));
            put(reversed(extra * 2 + (value >>> extra), 5), 5);
            put(value & ((1 << extra) - 1), extra);
        }

        private static int reversed(int code, int length) {
            return Integer.reverse(code) >>> (32 - length);
        }

        private void put(int value, int length) {
            bits |= (long) value << bitCount;
            bitCount += length;
            while (bitCount >= 8) {
                output[made++] = (byte) bits;
                bits >>>= 8;
                bitCount -= 8;
            }
        }

        private void align() {
            if (bitCount > 0) {
                put(0, 8 - bitCount);
            }
        }

        GzipOutput.Deflated finish(boolean last) {
            if (last || bitCount > 0) {
                stored(0, last);
            }
            return new GzipOutput.Deflated(output, made);
        }
    }
}
