package dev.slipway.image.tar;

import dev.slipway.linux.Timespec;

/// Numbers as tar spells them: octal digits in the header, base-256 where they do not fit (GNU tar
/// manual, "Extensions"), decimal in pax records.
final class TarNumbers {
    private TarNumbers() {}

    /// The number in a header field: octal between spaces and NULs, or base-256.
    static long parse(byte[] block, int at, int length, long offset, String field)
            throws TarException {
        if ((block[at] & 0x80) != 0) {
            return parseBase256(block, at, length, offset, field);
        }
        int i = at;
        int end = at + length;
        while (i < end && (block[i] == ' ' || block[i] == 0)) {
            i++;
        }
        long value = 0; // at most 12 digits of 3 bits: cannot overflow
        while (i < end && block[i] != ' ' && block[i] != 0) {
            int digit = block[i] - '0';
            if (digit < 0 || digit > 7) {
                throw new TarException(offset, field + " is no octal number");
            }
            value = value << 3 | digit;
            i++;
        }
        return value;
    }

    private static long parseBase256(byte[] block, int at, int length, long offset, String field)
            throws TarException {
        boolean negative = (block[at] & 0x40) != 0; // two's complement; 0x80 is the marker
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int b = block[at + i] & 0xff;
            if (i == 0) {
                b = negative ? b | 0x80 : b & 0x7f;
            }
            long top = value >> 55; // what the shift is about to push out beyond the sign
            if (top != 0 && top != -1) {
                throw new TarException(offset, field + " does not fit 64 bits");
            }
            value = value << 8 | b;
        }
        return value;
    }

    /// A whole number in decimal, at most `length` bytes from `at`.
    ///
    /// @return -1 if it is none, or is too large
    static long parseDecimal(byte[] bytes, int at, int length) {
        if (length == 0 || length > 19) {
            return -1;
        }
        long value = 0;
        for (int i = at; i < at + length; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /// A pax time, `[-]seconds[.fraction]`; digits beyond nanoseconds are dropped.
    static Timespec parseTime(byte[] text, long offset) throws TarException {
        boolean negative = text.length > 0 && text[0] == '-';
        int start = negative ? 1 : 0;
        int dot = start;
        while (dot < text.length && text[dot] != '.') {
            dot++;
        }
        long seconds = parseDecimal(text, start, dot - start);
        int nanos = 0;
        int scale = 100_000_000;
        for (int i = dot + 1; i < text.length; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new TarException(offset, "a pax time is no number");
            }
            nanos += digit * scale;
            scale /= 10;
        }
        if (seconds < 0) {
            throw new TarException(offset, "a pax time is no number");
        }
        if (!negative) {
            return new Timespec(seconds, nanos);
        }
        return nanos == 0
                ? new Timespec(-seconds, 0)
                : new Timespec(-seconds - 1, 1_000_000_000 - nanos);
    }

    /// The shortest pax spelling of `time`.
    static String formatTime(Timespec time) {
        long seconds = time.seconds();
        int nanos = time.nanos();
        String sign = "";
        if (seconds < 0) {
            sign = "-";
            seconds = nanos == 0 ? -seconds : -seconds - 1;
            nanos = nanos == 0 ? 0 : 1_000_000_000 - nanos;
        }
        if (nanos == 0) {
            return sign + seconds;
        }
        String digits = Integer.toString(1_000_000_000 + nanos).substring(1);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return sign + seconds + "." + digits.substring(0, end);
    }
}
