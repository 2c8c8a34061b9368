package dev.slipway.dockerfile;

/// Which characters, and which pairs of neighbours, a text holds, as 128 bits. If a part of a
/// pattern has a bit that a path has not, the path does not hold that part: most patterns are
/// refused by this before they look at the path.
final class Fingerprint {
    private Fingerprint() {}

    static long characters(String text) {
        long bits = 0;
        for (int i = 0; i < text.length(); i++) {
            bits |= 1L << text.charAt(i);
        }
        return bits;
    }

    static long pairs(String text) {
        long bits = 0;
        for (int i = 1; i < text.length(); i++) {
            bits |= 1L << (text.charAt(i - 1) * 7 + text.charAt(i) * 37);
        }
        return bits;
    }
}
