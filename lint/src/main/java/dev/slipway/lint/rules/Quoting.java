package dev.slipway.lint.rules;

import org.jspecify.annotations.Nullable;

/// How values of the Dockerfile language are quoted.
final class Quoting {
    private Quoting() {}

    /// Returns the value of a legacy `ENV key value` as it must be written behind `key=` to mean
    /// the same; null if that is not certain.
    static @Nullable String asPair(String value) {
        boolean blank = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\'' || c == '\\' || c == '`' || c < ' ') {
                return null; // quotes and escapes mean something else in the other form
            }
            blank |= c == ' ';
        }
        return value.isEmpty() || blank ? '"' + value + '"' : value;
    }
}
