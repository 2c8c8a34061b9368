package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

/// Durations as Go's `time.ParseDuration` reads them: `1h2m3.5s`, `300ms`, `-1.5h`, `0`.
public final class GoDuration {
    private final String text;
    private int at;

    private GoDuration(String text) {
        this.text = text;
    }

    /// Returns nanoseconds, or null if `text` is no duration or does not fit.
    public static @Nullable Long parse(String text) {
        boolean negative = text.startsWith("-");
        String unsigned = negative || text.startsWith("+") ? text.substring(1) : text;
        if (unsigned.equals("0")) {
            return 0L;
        }
        if (unsigned.isEmpty()) {
            return null;
        }
        try {
            long nanos = new GoDuration(unsigned).sum();
            return nanos < 0 ? null : (Long) (negative ? -nanos : nanos);
        } catch (ArithmeticException e) {
            return null;
        }
    }

    // -1: malformed.
    private long sum() {
        long total = 0;
        while (at < text.length()) {
            int start = at;
            long whole = digits();
            int wholeDigits = at - start;
            double fraction = 0;
            int fractionDigits = 0;
            if (at < text.length() && text.charAt(at) == '.') {
                int dot = at++;
                double scale = 1;
                for (; at < text.length() && Chars.isDigit(text.charAt(at)); at++) {
                    scale /= 10;
                    fraction += (text.charAt(at) - '0') * scale;
                }
                fractionDigits = at - dot - 1;
            }
            long unit = unit();
            if (wholeDigits + fractionDigits == 0 || unit < 0) {
                return -1;
            }
            long part = Math.multiplyExact(whole, unit);
            part = Math.addExact(part, Math.round(fraction * unit));
            total = Math.addExact(total, part);
        }
        return total;
    }

    private long digits() {
        long value = 0;
        while (at < text.length() && Chars.isDigit(text.charAt(at))) {
            value = Math.addExact(Math.multiplyExact(value, 10), text.charAt(at++) - '0');
        }
        return value;
    }

    private long unit() {
        int start = at;
        while (at < text.length() && text.charAt(at) != '.' && !Chars.isDigit(text.charAt(at))) {
            at++;
        }
        return switch (text.substring(start, at)) {
            case "ns" -> 1L;
            case "us", "µs", "μs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> -1L;
        };
    }
}
