package dev.slipway.dockerfile;

import java.util.Locale;

/// Linux signal names, in the numbering that all our architectures share.
final class Signals {
    private static final int MAX = 64;
    private static final int REAL_TIME_MIN = 34;
    private static final String[] NAMES = {
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
        "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU",
        "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
    };

    private Signals() {}

    /// Returns the number of a signal, or -1 if there is none of that name or number.
    static int number(String signal) {
        Integer number = GoValues.number(signal, 10);
        if (number != null) {
            return number >= 1 && number <= MAX ? number : -1;
        }
        String upper = signal.toUpperCase(Locale.ROOT);
        String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
        for (int i = 1; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) {
                return i;
            }
        }
        return switch (name) {
            case "CLD" -> 17;
            case "IOT" -> 6;
            case "POLL" -> 29;
            default -> realTime(name);
        };
    }

    private static int realTime(String name) {
        boolean fromMin = name.startsWith("RTMIN");
        if (!fromMin && !name.startsWith("RTMAX")) {
            return -1;
        }
        int base = fromMin ? REAL_TIME_MIN : MAX;
        String rest = name.substring(5);
        if (rest.isEmpty()) {
            return base;
        }
        Integer offset =
                rest.charAt(0) == (fromMin ? '+' : '-')
                        ? GoValues.number(rest.substring(1), 10)
                        : null;
        if (offset == null || offset > MAX - REAL_TIME_MIN) {
            return -1;
        }
        return fromMin ? base + offset : base - offset;
    }
}
