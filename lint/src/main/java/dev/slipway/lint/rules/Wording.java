package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Edit;
import dev.slipway.dockerfile.Position;
import dev.slipway.dockerfile.Range;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Locale;

/// Small questions about words.
final class Wording {
    private Wording() {}

    /// Returns `text` without the quotes at either end.
    static String unquoted(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isQuote(text.charAt(start))) {
            start++;
        }
        while (end > start && isQuote(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    /// Returns whether every character is a digit; true for the empty text.
    static boolean allDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static boolean isLower(String text) {
        return text.equals(lower(text));
    }

    static boolean isUpper(String text) {
        return text.equals(upper(text));
    }

    /// Returns what follows the last slash or backslash.
    static String baseName(String path) {
        int slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
        return path.substring(slash + 1);
    }

    /// Returns `text` in double quotes.
    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// Returns whether a path is absolute, also on Windows.
    static boolean isAbsolute(String path) {
        boolean drive =
                path.length() > 2
                        && path.charAt(1) == ':'
                        && Character.isLetter(path.charAt(0))
                        && (path.charAt(2) == '/' || path.charAt(2) == '\\');
        return drive || path.startsWith("/");
    }

    /// Returns the option that `text` was probably to be, or null.
    static @Nullable String nearest(String text, Collection<String> options) {
        String best = null;
        int least = 3;
        for (String option : options) {
            if (Math.abs(option.length() - text.length()) < least) {
                int distance = distance(lower(text), lower(option));
                if (distance < least) {
                    least = distance;
                    best = option;
                }
            }
        }
        return best;
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    /// Returns how many letters must change for one word to become the other, case aside.
    static int distanceBetween(String a, String b) {
        return distance(lower(a), lower(b));
    }

    static Edit replace(Range range, String replacement) {
        return new Edit(range, replacement);
    }

    static Edit insert(Position at, String text) {
        return new Edit(new Range(at, at), text);
    }
}
