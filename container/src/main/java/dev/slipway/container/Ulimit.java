package dev.slipway.container;

import java.util.Locale;
import java.util.Map;

/// A resource limit of the processes in a container, setrlimit(2).
///
/// @param name as Docker names it: `nofile`, `nproc`, `core` …
/// @param soft the limit, -1 for none
/// @param hard up to where a process may raise it, -1 for none
public record Ulimit(String name, long soft, long hard) {
    private static final Map<String, Integer> NUMBERS =
            Map.ofEntries(
                    Map.entry("cpu", 0),
                    Map.entry("fsize", 1),
                    Map.entry("data", 2),
                    Map.entry("stack", 3),
                    Map.entry("core", 4),
                    Map.entry("rss", 5),
                    Map.entry("nproc", 6),
                    Map.entry("nofile", 7),
                    Map.entry("memlock", 8),
                    Map.entry("as", 9),
                    Map.entry("locks", 10),
                    Map.entry("sigpending", 11),
                    Map.entry("msgqueue", 12),
                    Map.entry("nice", 13),
                    Map.entry("rtprio", 14),
                    Map.entry("rttime", 15));

    public Ulimit {
        if (!NUMBERS.containsKey(name)) {
            throw new IllegalArgumentException("invalid ulimit type: " + name);
        }
        if (Long.compareUnsigned(soft, hard) > 0) {
            throw new IllegalArgumentException(
                    "ulimit " + name + ": soft limit " + soft + " is above hard limit " + hard);
        }
    }

    /// Reads `name=soft[:hard]`, as `docker run --ulimit` takes it.
    ///
    /// @throws IllegalArgumentException saying what is wrong, if it is not of that form
    public static Ulimit parse(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException(
                    "invalid ulimit " + text + ": want name=soft[:hard]");
        }
        String name = text.substring(0, equals).toLowerCase(Locale.ROOT);
        String limits = text.substring(equals + 1);
        int colon = limits.indexOf(':');
        long soft = number(text, colon < 0 ? limits : limits.substring(0, colon));
        return new Ulimit(name, soft, colon < 0 ? soft : number(text, limits.substring(colon + 1)));
    }

    private static long number(String text, String digits) {
        try {
            long value = Long.parseLong(digits);
            if (value >= -1) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("invalid ulimit " + text + ": want name=soft[:hard]");
    }

    /// The number setrlimit(2) knows it by, `include/uapi/asm-generic/resource.h`.
    int number() {
        Integer number = NUMBERS.get(name);
        if (number == null) {
            throw new IllegalStateException(name);
        }
        return number;
    }
}
