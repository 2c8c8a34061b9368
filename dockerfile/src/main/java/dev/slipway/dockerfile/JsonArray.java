package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads the JSON form of arguments: an array of strings (RFC 8259). Nesting uses no call stack.
final class JsonArray {
    /// What the arguments are.
    enum Kind {
        /// No JSON array: the shell form.
        NONE,
        /// An array with something else than strings.
        NOT_STRINGS,
        STRINGS
    }

    /// Deeper JSON is taken for the shell form.
    static final int MAX_DEPTH = 10_000;

    private final LogicalLine line;
    private final String text;
    private final int end;
    private final List<Word> strings = new ArrayList<>();
    private @Nullable Range other;
    private int at;
    private boolean[] objects = new boolean[8]; // by depth: whether that level is an object
    private int depth;

    JsonArray(LogicalLine line, int start, int end) {
        this.line = line;
        this.text = line.text();
        this.at = start;
        this.end = end;
    }

    /// Returns the strings, decoded, each with the range of its literal.
    List<Word> strings() {
        return strings;
    }

    /// Returns where the first element that is no string starts; null unless [Kind#NOT_STRINGS].
    @Nullable Range other() {
        return other;
    }

    Kind read() {
        if (at == end || text.charAt(at) != '[' || !readDocument()) {
            return Kind.NONE;
        }
        return other == null ? Kind.STRINGS : Kind.NOT_STRINGS;
    }

    private boolean readDocument() {
        boolean valueNext = true;
        boolean good = true;
        while (good && (valueNext || depth > 0)) {
            char c = next();
            if (!valueNext) {
                boolean close = c == (objects[depth] ? '}' : ']');
                good = close ? close() : c == ',' && step() && (!objects[depth] || readKey());
                valueNext = !close;
            } else if (c == '[' || c == '{') {
                good = open(c == '{');
                valueNext = next() != (c == '[' ? ']' : '}');
                good = good && (valueNext ? c == '[' || readKey() : close());
            } else {
                good = c == '"' ? readElement() : readOther(c);
                valueNext = false;
            }
        }
        skipBlanks();
        return good && at == end;
    }

    private boolean step() {
        at++;
        return true;
    }

    private boolean open(boolean object) {
        noteOther();
        at++;
        if (++depth > MAX_DEPTH) {
            return false;
        }
        if (depth == objects.length) {
            objects = Arrays.copyOf(objects, depth * 2);
        }
        objects[depth] = object;
        return true;
    }

    private boolean close() {
        at++;
        depth--;
        return true;
    }

    private boolean readKey() {
        return next() == '"' && readString() != null && next() == ':' && step();
    }

    private boolean readElement() {
        int start = at;
        String string = readString();
        if (string != null && depth == 1) {
            strings.add(new Word(string, line.range(start, at)));
        }
        return string != null;
    }

    private boolean readOther(char c) {
        noteOther();
        return switch (c) {
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> number();
        };
    }

    private void noteOther() {
        if (depth == 1 && other == null && at < end) {
            other = line.range(at, at + 1);
        }
    }

    private boolean literal(String word) {
        if (!text.startsWith(word, at) || at + word.length() > end) {
            return false;
        }
        at += word.length();
        return true;
    }

    private boolean number() {
        if (at < end && text.charAt(at) == '-') {
            at++;
        }
        if (at < end && text.charAt(at) == '0') {
            at++;
        } else if (!digits()) {
            return false;
        }
        if (at < end && text.charAt(at) == '.') {
            at++;
            if (!digits()) {
                return false;
            }
        }
        if (at < end && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < end && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            return digits();
        }
        return true;
    }

    private boolean digits() {
        int start = at;
        while (at < end && Chars.isDigit(text.charAt(at))) {
            at++;
        }
        return at > start;
    }

    private @Nullable String readString() {
        StringBuilder out = new StringBuilder();
        at++;
        while (at < end) {
            char c = text.charAt(at++);
            if (c == '"') {
                return wellFormed(out);
            }
            if (c < ' ' || (c == '\\' && !readEscape(out))) {
                return null;
            }
            if (c != '\\') {
                out.append(c);
            }
        }
        return null;
    }

    // Half a surrogate pair, which an escape can say, is no character.
    private static String wellFormed(StringBuilder out) {
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < out.length()
                    && Character.isLowSurrogate(out.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                out.setCharAt(i, '\uFFFD');
            }
        }
        return out.toString();
    }

    private boolean readEscape(StringBuilder out) {
        if (at == end) {
            return false;
        }
        char c = text.charAt(at++);
        switch (c) {
            case '"', '\\', '/' -> out.append(c);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                return readUnicode(out);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean readUnicode(StringBuilder out) {
        if (end - at < 4) {
            return false;
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = hexDigit(text.charAt(at + i));
            if (digit < 0) {
                return false;
            }
            code = code * 16 + digit;
        }
        at += 4;
        out.append((char) code);
        return true;
    }

    private static int hexDigit(char c) {
        if (Chars.isDigit(c)) {
            return c - '0';
        }
        char lower = (char) (c | 0x20);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    private char next() {
        skipBlanks();
        return at < end ? text.charAt(at) : 0;
    }

    private void skipBlanks() {
        while (at < end && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
