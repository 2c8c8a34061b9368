package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// Times as images write them (RFC 3339, nanoseconds without trailing zeros, as Go's
/// `RFC3339Nano`), without java.time.format, whose set-up is felt at start.
public final class Rfc3339 {
    private Rfc3339() {}

    /// Returns the time in UTC: `2026-11-23T14:00:00.5Z`.
    public static String format(Instant time) {
        int nanos = time.getNano();
        LocalDateTime utc =
                LocalDateTime.ofEpochSecond(time.getEpochSecond(), nanos, ZoneOffset.UTC);
        var out = new StringBuilder(30);
        digits(out, utc.getYear(), 4).append('-');
        digits(out, utc.getMonthValue(), 2).append('-');
        digits(out, utc.getDayOfMonth(), 2).append('T');
        digits(out, utc.getHour(), 2).append(':');
        digits(out, utc.getMinute(), 2).append(':');
        digits(out, utc.getSecond(), 2);
        if (nanos != 0) {
            digits(out.append('.'), nanos, 9);
            int end = out.length();
            while (out.charAt(end - 1) == '0') {
                end--;
            }
            out.setLength(end);
        }
        return out.append('Z').toString();
    }

    /// Reads a time with any offset; null if the text is none.
    public static @Nullable Instant parse(String text) {
        try {
            return parseOrThrow(text);
        } catch (DateTimeException | NumberFormatException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static @Nullable Instant parseOrThrow(String text) {
        boolean shaped =
                text.length() >= 20
                        && text.length() <= 40
                        && text.charAt(4) == '-'
                        && text.charAt(7) == '-'
                        && (text.charAt(10) | 0x20) == 't'
                        && text.charAt(13) == ':'
                        && text.charAt(16) == ':';
        if (!shaped) {
            return null;
        }
        int at = 19;
        long nanos = 0;
        if (text.charAt(at) == '.') {
            int from = ++at;
            long unit = 100_000_000;
            while (Texts.isDigit(text.charAt(at))) {
                nanos += unit * (text.charAt(at++) - '0');
                unit /= 10;
            }
            if (at == from) {
                return null;
            }
        }
        int second = Math.min(number(text, 17, 19), 59); // a leap second has no Instant of its own
        LocalDateTime local =
                LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 5, 7),
                        number(text, 8, 10),
                        number(text, 11, 13),
                        number(text, 14, 16),
                        second,
                        (int) nanos);
        return local.toInstant(offset(text, at));
    }

    private static ZoneOffset offset(String text, int at) {
        char sign = text.charAt(at);
        if ((sign | 0x20) == 'z' && at + 1 == text.length()) {
            return ZoneOffset.UTC;
        }
        if ((sign != '+' && sign != '-') || at + 6 != text.length() || text.charAt(at + 3) != ':') {
            throw new DateTimeException("no offset");
        }
        int seconds = number(text, at + 1, at + 3) * 3600 + number(text, at + 4, at + 6) * 60;
        return ZoneOffset.ofTotalSeconds(sign == '-' ? -seconds : seconds);
    }

    private static int number(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!Texts.isDigit(c)) {
                throw new NumberFormatException();
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private static StringBuilder digits(StringBuilder out, int value, int width) {
        String text = Integer.toString(value);
        for (int i = text.length(); i < width; i++) {
            out.append('0');
        }
        return out.append(text);
    }
}
