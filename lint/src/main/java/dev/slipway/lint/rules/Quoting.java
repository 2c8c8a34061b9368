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
            if (c == '$' && !isWholeVariable(value, i)) {
                return null;
            }
            // The builder ends a word at any blank that Unicode knows.
            blank |= c == '\u0085' || Character.isSpaceChar(c) || Character.isWhitespace(c);
        }
        return value.isEmpty() || blank ? '"' + value + '"' : value;
    }

    /// Returns whether a key has no character that could mean something.
    static boolean isPlain(String key) {
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && (c < '0' || c > '9') && "_.-/".indexOf(c) < 0) {
                return false;
            }
        }
        return !key.isEmpty();
    }

    // `$name` or `${name}`: others may hold blanks, which end a word in one form only.
    private static boolean isWholeVariable(String value, int dollar) {
        boolean braced = value.startsWith("{", dollar + 1);
        int start = dollar + (braced ? 2 : 1);
        int end = start;
        while (end < value.length() && isNamePart(value.charAt(end))) {
            end++;
        }
        return end > start && (!braced || value.startsWith("}", end));
    }

    private static boolean isNamePart(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_';
    }
}
