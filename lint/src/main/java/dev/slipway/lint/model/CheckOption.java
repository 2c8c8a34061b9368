package dev.slipway.lint.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One part of a `check` directive, such as `skip=A,B` in `skip=A,B;error=true`.
///
/// @param name in lower case
public record CheckOption(String name, List<String> values) {
    public CheckOption {
        values = List.copyOf(values);
    }

    /// Reads the value of a directive.
    public static List<CheckOption> read(String text) {
        List<CheckOption> options = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int semicolon = text.indexOf(';', start);
            int end = semicolon < 0 ? text.length() : semicolon;
            int equals = text.indexOf('=', start);
            if (equals >= 0 && equals < end) {
                String name = text.substring(start, equals).strip().toLowerCase(Locale.ROOT);
                List<String> values = PragmaReader.codes(text.substring(equals + 1, end));
                options.add(new CheckOption(name, values));
            }
            start = end + 1;
        }
        return options;
    }
}
