package dev.slipway.build.record;

import java.io.IOException;
import java.util.Locale;

/// Text of a page. Everything that did not come from this package goes through [#text], which lets
/// no character mean anything to a browser.
final class Html {
    private final Appendable out;

    Html(Appendable out) {
        this.out = out;
    }

    /// Markup of our own, as it is.
    Html raw(String markup) throws IOException {
        out.append(markup);
        return this;
    }

    /// Text of anybody's, as text: also inside an attribute's double quotes.
    Html text(String text) throws IOException {
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            var escape = escape(text, i);
            if (escape != null) {
                out.append(text, from, i).append(escape);
                from = i + 1;
            }
        }
        out.append(text, from, text.length());
        return this;
    }

    private static @org.jspecify.annotations.Nullable String escape(String text, int at) {
        char c = text.charAt(at);
        return switch (c) {
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '&' -> "&amp;";
            case '"' -> "&quot;";
            case '\'' -> "&#39;";
            case '\n', '\t' -> null;
            default -> Character.isISOControl(c) || isLoneHalf(text, at) ? "\ufffd" : null;
        };
    }

    private static boolean isLoneHalf(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c)
                && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    /// An element around text.
    Html element(String tag, String cssClass, String text) throws IOException {
        raw("<" + tag + " class=\"" + cssClass + "\">").text(text);
        return raw("</" + tag + ">");
    }

    /// `340 ms`, `1.2 s`, `2 m 05 s`, `1 h 02 m`.
    static String duration(long nanos) {
        long millis = nanos / 1_000_000;
        if (millis < 1) {
            return "<1 ms";
        }
        if (millis < 1000) {
            return millis + " ms";
        }
        long seconds = Math.round(millis / 1000.0);
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d m %02d s", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d h %02d m", seconds / 3600, seconds / 60 % 60);
    }

    /// `0 B`, `12.3 kB`, `1.1 GB`: steps of 1000.
    static String size(long bytes) {
        double amount = bytes;
        var units = new String[] {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
        int unit = 0;
        while (amount >= 999.95 && unit < units.length - 1) {
            amount /= 1000;
            unit++;
        }
        return unit == 0
                ? bytes + " B"
                : String.format(
                        Locale.ROOT, amount < 9.995 ? "%.2f %s" : "%.1f %s", amount, units[unit]);
    }

    /// A share of a whole as a percentage for CSS.
    static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.3f%%", whole <= 0 ? 0 : 100.0 * part / whole);
    }
}
