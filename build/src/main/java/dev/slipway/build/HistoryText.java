package dev.slipway.build;

import java.util.Collection;
import java.util.List;

/// The texts of an image's history, in the form BuildKit gives them.
final class HistoryText {
    /// What BuildKit writes into each entry's comment.
    static final String COMMENT = "buildkit.dockerfile.v0";

    private static final String MADE_LAYER = " # buildkit";

    private HistoryText() {}

    static String run(RunSpec spec) {
        return "RUN "
                + spec.variables().historyPrefix()
                + String.join(" ", spec.args())
                + MADE_LAYER;
    }

    static String copy(CopySpec spec) {
        var text = new StringBuilder(spec.add() ? "ADD" : "COPY");
        if (spec.parents()) {
            text.append(" --parents");
        }
        if (spec.chown() != null) {
            text.append(" --chown=").append(spec.chown());
        }
        if (spec.chmod() != null) {
            text.append(" --chmod=").append(spec.chmod());
        }
        for (var source : spec.sources()) {
            text.append(' ').append(source);
        }
        for (var file : spec.inlineFiles()) {
            text.append(" <<").append(file.name());
        }
        return text.append(' ').append(spec.destination()).append(MADE_LAYER).toString();
    }

    /// `CMD ["a" "b"]`: Go's quoted form of a list.
    static String quotedList(String instruction, List<String> args) {
        var text = new StringBuilder(instruction).append(" [");
        for (int i = 0; i < args.size(); i++) {
            if (i > 0) {
                text.append(' ');
            }
            quote(text, args.get(i));
        }
        return text.append(']').toString();
    }

    /// `SHELL [/bin/sh -c]`: Go's plain form of a list.
    static String plainList(String instruction, Collection<String> args) {
        return instruction + " [" + String.join(" ", args) + "]";
    }

    /// A string as Go's `%q` writes it.
    private static void quote(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); ) {
            int c = value.codePointAt(i);
            i += Character.charCount(c);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case 7 -> text.append("\\a");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                case 11 -> text.append("\\v");
                default -> other(text, c);
            }
        }
        text.append('"');
    }

    private static void other(StringBuilder text, int c) {
        if (c == ' ' || isPrintable(c)) {
            text.appendCodePoint(c);
        } else if (c < 0x80) {
            text.append("\\x").append(hex(c, 2));
        } else if (c < 0x10000) {
            text.append("\\u").append(hex(c, 4));
        } else {
            text.append("\\U").append(hex(c, 8));
        }
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR ->
                    false;
            default -> true;
        };
    }

    private static String hex(int value, int digits) {
        var text = Integer.toHexString(value);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    /// A duration as Go prints it: `1m30s`, `500ms`, `0s`.
    static String duration(long nanos) {
        if (nanos == 0) {
            return "0s";
        }
        if (nanos < 1_000_000_000L) {
            return subSecond(nanos);
        }
        long seconds = nanos / 1_000_000_000L;
        long hours = seconds / 3600;
        long minutes = seconds / 60 % 60;
        var text = new StringBuilder();
        if (hours > 0) {
            text.append(hours).append('h');
        }
        if (hours > 0 || minutes > 0) {
            text.append(minutes).append('m');
        }
        text.append(seconds % 60);
        fraction(text, nanos % 1_000_000_000L, 9);
        return text.append('s').toString();
    }

    private static String subSecond(long nanos) {
        var text = new StringBuilder();
        if (nanos < 1_000) {
            return text.append(nanos).append("ns").toString();
        }
        if (nanos < 1_000_000) {
            text.append(nanos / 1_000);
            fraction(text, nanos % 1_000, 3);
            return text.append("µs").toString();
        }
        text.append(nanos / 1_000_000);
        fraction(text, nanos % 1_000_000, 6);
        return text.append("ms").toString();
    }

    private static void fraction(StringBuilder text, long value, int digits) {
        if (value == 0) {
            return;
        }
        var all = Long.toString(value);
        var padded = "0".repeat(digits - all.length()) + all;
        int end = padded.length();
        while (padded.charAt(end - 1) == '0') {
            end--;
        }
        text.append('.').append(padded, 0, end);
    }
}
