package dev.slipway.dockerfile;

/// The classes of characters that the language tells apart.
final class Chars {
    private Chars() {}

    /// Returns whether `c` is a blank to Unicode (`White_Space`, as Go has it).
    static boolean isSpace(char c) {
        if (c <= ' ') {
            return c == ' ' || (c >= '\t' && c <= '\r');
        }
        if (c < 0x1680) {
            return c == 0x85 || c == 0xA0;
        }
        return c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    /// Returns whether `c` separates words of an instruction: narrower than [#isSpace].
    static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == 0x0B || c == '\f' || c == '\r';
    }

    /// Returns the first place from `start` on that is no space, at most `end`.
    static int skipSpace(String text, int start, int end) {
        int i = start;
        while (i < end && isSpace(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /// Returns `end` without the spaces before it, at least `start`.
    static int dropSpace(String text, int start, int end) {
        int i = end;
        while (i > start && isSpace(text.charAt(i - 1))) {
            i--;
        }
        return i;
    }

    /// Returns the first blank from `start` on, at most `end`.
    static int findBlank(String text, int start, int end) {
        int i = start;
        while (i < end && !isBlank(text.charAt(i))) {
            i++;
        }
        return i;
    }

    /// Returns the first place from `start` on that is no blank, at most `end`.
    static int skipBlank(String text, int start, int end) {
        int i = start;
        while (i < end && isBlank(text.charAt(i))) {
            i++;
        }
        return i;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /// Returns `text` for a message: in quotes, control characters escaped, cut if it is long.
    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (i == 200) {
                out.append('…');
                break;
            }
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> out.append(c < ' ' ? '\uFFFD' : c);
            }
        }
        return out.append('"').toString();
    }
}
