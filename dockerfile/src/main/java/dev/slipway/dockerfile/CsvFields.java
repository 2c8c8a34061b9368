package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Splits the value of a flag at its commas (RFC 4180: a field in double quotes may hold commas).
final class CsvFields {
    private CsvFields() {}

    /// Returns null if the value is empty or its quotes are wrong.
    static @Nullable List<MountFlag.Field> read(Flag flag) {
        String value = flag.value();
        Range valueRange = flag.valueRange();
        if (value == null || value.isEmpty() || valueRange == null) {
            return null;
        }
        // Where no quote, escape or line end was removed, a field's own place is known.
        boolean exact =
                valueRange.length() == value.length()
                        && valueRange.start().line() == valueRange.end().line();
        List<MountFlag.Field> fields = new ArrayList<>();
        int at = 0;
        while (at <= value.length()) {
            StringBuilder field = new StringBuilder();
            int end = readField(value, at, field);
            if (end < 0) {
                return null;
            }
            Range range = exact ? part(valueRange, at, end) : flag.range();
            fields.add(field(field.toString(), range));
            at = end + 1;
        }
        return fields;
    }

    private static int readField(String value, int start, StringBuilder out) {
        if (start == value.length() || value.charAt(start) != '"') {
            int comma = value.indexOf(',', start);
            int end = comma < 0 ? value.length() : comma;
            out.append(value, start, end);
            return out.indexOf("\"") < 0 ? end : -1;
        }
        int at = start + 1;
        while (at < value.length()) {
            char c = value.charAt(at++);
            if (c == '"') {
                boolean doubled = at < value.length() && value.charAt(at) == '"';
                if (!doubled) {
                    return at == value.length() || value.charAt(at) == ',' ? at : -1;
                }
                at++;
            }
            out.append(c);
        }
        return -1;
    }

    private static Range part(Range range, int from, int to) {
        Position start = range.start();
        return new Range(shifted(start, from), shifted(start, to));
    }

    private static Position shifted(Position position, int by) {
        return new Position(position.line(), position.column() + by, position.offset() + by);
    }

    private static MountFlag.Field field(String text, Range range) {
        int equals = text.indexOf('=');
        String key = equals < 0 ? text : text.substring(0, equals);
        String value = equals < 0 ? null : text.substring(equals + 1);
        return new MountFlag.Field(key.toLowerCase(Locale.ROOT), value, text, range);
    }
}
