package dev.slipway.build;

/// A decimal number of at most six digits, without a sign.
final class PlainNumber {
    private static final int MAX_DIGITS = 6;

    private PlainNumber() {}

    /// The number that `text` is; -1 if it is none.
    static int parse(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }
}
