package dev.slipway.build;

import java.util.ArrayList;
import java.util.List;

/// Lines of fields with tabs between them; a tab, line break or backslash in a field is escaped.
final class TabText {
    private TabText() {}

    static void append(StringBuilder text, String field) {
        if (isPlain(field)) {
            text.append(field);
            return;
        }
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> text.append(c);
            }
        }
    }

    private static boolean isPlain(String field) {
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '\\' || c < ' ') {
                return false;
            }
        }
        return true;
    }

    static void appendLine(StringBuilder text, List<String> fields) {
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) {
                text.append('\t');
            }
            append(text, fields.get(i));
        }
        text.append('\n');
    }

    /// The fields of the line from `start` to `end`.
    static List<String> split(String text, int start, int end) {
        var fields = new ArrayList<String>(6);
        int at = start;
        while (true) {
            int tab = text.indexOf('\t', at, end);
            int stop = tab < 0 ? end : tab;
            fields.add(unescape(text, at, stop));
            if (stop == end) {
                return fields;
            }
            at = stop + 1;
        }
    }

    private static String unescape(String text, int start, int end) {
        if (text.indexOf('\\', start, end) < 0) {
            return text.substring(start, end);
        }
        var field = new StringBuilder(end - start);
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < end) {
                i++;
                c =
                        switch (text.charAt(i)) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            default -> text.charAt(i);
                        };
            }
            field.append(c);
        }
        return field.toString();
    }
}
