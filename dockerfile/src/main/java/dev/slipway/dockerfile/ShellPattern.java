package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A pattern of `${v#p}`, `${v%p}` or `${v/p/r}`: `*`, `?` and `\` before one of them.
///
/// It is cut at its stars; the pieces are then looked for one after the other. As a star matches
/// anything, taking each piece at its first place never loses a match, so nothing is tried twice.
final class ShellPattern {
    /// A value and a pattern that take too long together.
    static final class TooSlowException extends Exception {
        private static final long serialVersionUID = 1L;

        TooSlowException() {
            super(TOO_SLOW);
        }
    }

    static final String TOO_SLOW = "the pattern takes too long on this value";
    private static final int ANY = -1;
    private static final int STAR = -2;
    private static final int NONE = -1;
    private static final int NEVER = -2; // no match here nor further on
    private static final long MAX_STEPS = 1 << 26;

    private final int[] tokens;
    private final List<int[]> pieces;
    private long steps;

    private ShellPattern(int[] tokens) {
        this.tokens = tokens;
        this.pieces = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= tokens.length; i++) {
            if (i == tokens.length || tokens[i] == STAR) {
                pieces.add(Arrays.copyOfRange(tokens, start, i));
                start = i + 1;
            }
        }
    }

    /// Returns null if something is escaped that cannot be.
    static @Nullable ShellPattern compile(String pattern) {
        int[] chars = codePoints(pattern);
        int[] tokens = new int[chars.length];
        int n = 0;
        for (int i = 0; i < chars.length; i++) {
            int c = chars[i];
            if (c == '\\') {
                int next = i + 1 < chars.length ? chars[i + 1] : -1;
                if (next < 0 || "*?\\}/".indexOf(next) < 0) {
                    return null;
                }
                i++;
                tokens[n++] = next;
            } else {
                tokens[n++] = c == '*' ? STAR : c == '?' ? ANY : c;
            }
        }
        return new ShellPattern(Arrays.copyOf(tokens, n));
    }

    String withoutPrefix(String value, boolean longest) throws TooSlowException {
        int[] chars = codePoints(value);
        int end = matchEnd(chars, 0, longest);
        return end < 0 ? value : new String(chars, end, chars.length - end);
    }

    String withoutSuffix(String value, boolean longest) throws TooSlowException {
        int[] chars = codePoints(value);
        int end = new ShellPattern(reversed(tokens)).matchEnd(reversed(chars), 0, longest);
        return end < 0 ? value : new String(chars, 0, chars.length - end);
    }

    /// Replaces the leftmost longest match, or all of them from left to right.
    String replace(String value, String replacement, boolean all) throws TooSlowException {
        int[] chars = codePoints(value);
        StringBuilder out = new StringBuilder();
        int copied = 0;
        int lastEnd = NONE; // an empty match right after another one does not count
        int at = 0;
        while (at <= chars.length && out.length() <= WordLexer.MAX_RESULT) {
            int end = matchEnd(chars, at, true);
            if (end == NEVER) {
                break;
            }
            if (end == NONE || (end == at && at == lastEnd)) {
                at++;
                continue;
            }
            append(out, chars, copied, at).append(replacement);
            copied = end;
            lastEnd = end;
            if (!all) {
                break;
            }
            at = end == at ? at + 1 : end;
        }
        return append(out, chars, copied, chars.length).toString();
    }

    private int matchEnd(int[] value, int from, boolean longest) throws TooSlowException {
        int[] first = pieces.getFirst();
        if (!matchesAt(value, from, first)) {
            return NONE;
        }
        int at = from + first.length;
        int last = pieces.size() - 1;
        for (int i = 1; i <= last; i++) {
            int[] piece = pieces.get(i);
            int found =
                    i == last && longest
                            ? lastIndexOf(value, at, piece)
                            : indexOf(value, at, piece);
            if (found < 0) {
                return NEVER;
            }
            at = found + piece.length;
        }
        return at;
    }

    private int indexOf(int[] value, int from, int[] piece) throws TooSlowException {
        for (int i = from; i + piece.length <= value.length; i++) {
            if (matchesAt(value, i, piece)) {
                return i;
            }
        }
        return -1;
    }

    private int lastIndexOf(int[] value, int from, int[] piece) throws TooSlowException {
        for (int i = value.length - piece.length; i >= from; i--) {
            if (matchesAt(value, i, piece)) {
                return i;
            }
        }
        return -1;
    }

    private boolean matchesAt(int[] value, int at, int[] piece) throws TooSlowException {
        if (at + piece.length > value.length) {
            return false;
        }
        int i = 0;
        while (i < piece.length && (piece[i] == ANY || piece[i] == value[at + i])) {
            i++;
        }
        steps += i + 1;
        if (steps > MAX_STEPS) {
            throw new TooSlowException();
        }
        return i == piece.length;
    }

    private static StringBuilder append(StringBuilder out, int[] chars, int from, int to) {
        for (int i = from; i < to; i++) {
            out.appendCodePoint(chars[i]);
        }
        return out;
    }

    private static int[] codePoints(String text) {
        int[] out = new int[text.length()];
        int n = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(out[n - 1])) {
            out[n++] = text.codePointAt(i);
        }
        return Arrays.copyOf(out, n);
    }

    private static int[] reversed(int[] values) {
        int[] out = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = values[values.length - 1 - i];
        }
        return out;
    }
}
