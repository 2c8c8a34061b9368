package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

/// Booleans, numbers and sizes as BuildKit reads them.
final class GoValues {
    private GoValues() {}

    /// Returns null if it is no boolean.
    static @Nullable Boolean bool(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> Boolean.TRUE;
            case "0", "f", "F", "false", "FALSE", "False" -> Boolean.FALSE;
            default -> null;
        };
    }

    /// Returns a number from 0 to 2^31-1, or null.
    ///
    /// @param radix at most 10
    static @Nullable Integer number(String text, int radix) {
        for (int i = 0; i < text.length(); i++) {
            if (!Chars.isDigit(text.charAt(i))) {
                return null; // no sign, no digits of other scripts
            }
        }
        try {
            return Integer.valueOf(text, radix);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /// Returns bytes, or null: a decimal number, then perhaps k, m, g, t or p (powers of 1024) with
    /// `b` or `ib`.
    static @Nullable Long bytes(String text) {
        int end = 0;
        int dots = 0;
        while (end < text.length()
                && (Chars.isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
            dots += text.charAt(end++) == '.' ? 1 : 0;
        }
        if (end == dots || dots > 1 || end > 30) {
            return null;
        }
        int unitStart = end < text.length() && text.charAt(end) == ' ' ? end + 1 : end;
        long unit = unit(text.substring(unitStart));
        double bytes = unit < 0 ? -1 : Double.parseDouble(text.substring(0, end)) * unit;
        return bytes < 0 || bytes >= Long.MAX_VALUE ? null : (Long) (long) bytes;
    }

    private static long unit(String text) {
        if (text.isEmpty() || text.equalsIgnoreCase("b")) {
            return 1;
        }
        int power = "kmgtp".indexOf(Character.toLowerCase(text.charAt(0))) + 1;
        String rest = text.substring(1);
        boolean good = rest.isEmpty() || rest.equalsIgnoreCase("b") || rest.equalsIgnoreCase("ib");
        return power == 0 || !good ? -1 : 1L << (10 * power);
    }
}
