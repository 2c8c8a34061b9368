package dev.slipway.cli.options;

/// Amounts of memory and spans of time as docker's options spell them.
public final class Amounts {
    private Amounts() {}

    /// Bytes of `512m`, `1.5g`, `64KiB`, `100`; steps of 1024. -1 if it is no amount.
    public static long bytes(String text) {
        int end = 0;
        while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
            end++;
        }
        if (end == 0) {
            return -1;
        }
        long unit = unit(text.substring(end).strip());
        if (unit < 0) {
            return -1;
        }
        try {
            double bytes = Double.parseDouble(text.substring(0, end)) * unit;
            return bytes <= Long.MAX_VALUE ? (long) bytes : -1;
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static long unit(String suffix) {
        return switch (suffix) {
            case "", "b", "B" -> 1;
            case "k", "K", "kb", "kB", "KB", "Kb", "kib", "KiB" -> 1L << 10;
            case "m", "M", "mb", "mB", "MB", "Mb", "mib", "MiB" -> 1L << 20;
            case "g", "G", "gb", "gB", "GB", "Gb", "gib", "GiB" -> 1L << 30;
            case "t", "T", "tb", "tB", "TB", "Tb", "tib", "TiB" -> 1L << 40;
            case "p", "P", "pb", "pB", "PB", "Pb", "pib", "PiB" -> 1L << 50;
            default -> -1;
        };
    }

    /// Nanoseconds of a Go duration, `1h30m`, `1.5s`, `300ms`; -1 if it is none.
    public static long nanos(String text) {
        if (text.equals("0")) {
            return 0;
        }
        double total = 0;
        int at = 0;
        while (at < text.length()) {
            int start = at;
            while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
                at++;
            }
            int unitStart = at;
            while (at < text.length() && !isDigit(text.charAt(at)) && text.charAt(at) != '.') {
                at++;
            }
            double unit = nanoUnit(text.substring(unitStart, at));
            if (unit < 0 || unitStart == start) {
                return -1;
            }
            try {
                total += Double.parseDouble(text.substring(start, unitStart)) * unit;
            } catch (NumberFormatException _) {
                return -1;
            }
        }
        return text.isEmpty() || total > Long.MAX_VALUE ? -1 : (long) total;
    }

    private static double nanoUnit(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us", "µs", "μs" -> 1e3;
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> -1;
        };
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
