package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.List;

/// Comma separated values: RFC 4180.
final class CsvLine {
    private CsvLine() {}

    /// The fields of one line; a quote that is not closed goes on to the end.
    static List<String> fields(String line) {
        var lines = all(line);
        return lines.isEmpty() ? List.of() : lines.getFirst();
    }

    /// The fields of every line that is not empty.
    static List<List<String>> all(String text) {
        List<List<String>> lines = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        var field = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '\n';
            if (quoted && i < text.length()) {
                if (c != '"') {
                    field.append(c);
                } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    field.append('"');
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
                any = true;
            } else if (c == ',') {
                fields.add(field.toString());
                field.setLength(0);
                any = true;
            } else if (c == '\n') {
                if (any || !field.isEmpty()) {
                    fields.add(field.toString());
                    lines.add(fields);
                }
                fields = new ArrayList<>();
                field.setLength(0);
                any = false;
            } else if (c != '\r') {
                field.append(c);
            }
        }
        return lines;
    }

    /// Writes one field, in quotes if it needs them.
    static String quote(String field) {
        return field.indexOf(',') < 0 && field.indexOf('"') < 0
                ? field
                : '"' + field.replace("\"", "\"\"") + '"';
    }
}
