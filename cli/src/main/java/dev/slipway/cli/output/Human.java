package dev.slipway.cli.output;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;

/// Sizes and ages in docker's words.
public final class Human {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Human() {}

    /// `77.8MB`: steps of 1000, three digits.
    public static String size(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 1000 && unit < UNITS.length - 1) {
            amount /= 1000;
            unit++;
        }
        return digits(amount, 3) + UNITS[unit];
    }

    /// A number with so many significant digits, without trailing zeros: Go's `%.3g` for the sizes
    /// at hand.
    private static String digits(double amount, int significant) {
        if (amount == 0) {
            return "0";
        }
        BigDecimal rounded =
                new BigDecimal(amount).round(new MathContext(significant, RoundingMode.HALF_EVEN));
        if (rounded.compareTo(BigDecimal.valueOf(1000)) >= 0) {
            return "1e+03";
        }
        return rounded.stripTrailingZeros().toPlainString();
    }

    /// `3 minutes`, `About an hour`, `2 weeks`.
    public static String age(Duration age) {
        long seconds = age.toSeconds();
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        long minutes = seconds / 60;
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        return longAge((seconds + 1800) / 3600);
    }

    private static String longAge(long hours) {
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return hours / 24 / 365 + " years";
    }

    /// The text with control characters shown as `?`, so that it cannot steer a terminal.
    public static String printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                StringBuilder clean = new StringBuilder(text);
                for (int j = i; j < text.length(); j++) {
                    char c = text.charAt(j);
                    clean.setCharAt(j, Character.isISOControl(c) ? (c == '\t' ? ' ' : '?') : c);
                }
                return clean.toString();
            }
        }
        return text;
    }

    /// Seconds with one digit, as the progress view shows them: `0.3s`, `12.0s`.
    public static String seconds(long nanos) {
        long tenths = Math.max(0, (nanos + 50_000_000) / 100_000_000);
        return tenths / 10 + "." + tenths % 10 + "s";
    }

    /// Shortened to `most` characters, the last an ellipsis.
    public static String ellipsis(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return most < 2 ? text.substring(0, most) : text.substring(0, most - 1) + "…";
    }
}
