package dev.slipway.cli.progress;

/// How wide text is on a terminal.
final class Columns {
    private Columns() {}

    /// Columns of printable text.
    static int width(String text) {
        int width = 0;
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            width += width(c);
            i += Character.charCount(c);
        }
        return width;
    }

    /// The text cut to so many columns, the last an ellipsis when something was cut off.
    static String fit(String text, int columns) {
        if (width(text) <= columns) {
            return text;
        }
        int width = 0;
        int i = 0;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            if (width + width(c) > columns - 1) {
                break;
            }
            width += width(c);
            i += Character.charCount(c);
        }
        return text.substring(0, i) + (columns > 0 ? "…" : "");
    }

    /// What a terminal would show of a log line: after the last carriage return, without escape
    /// sequences.
    static String plain(String line) {
        int from = line.stripTrailing().lastIndexOf('\r') + 1;
        StringBuilder text = new StringBuilder(line.length() - from);
        int i = from;
        while (i < line.length()) {
            char c = line.charAt(i);
            if (c == 0x1b) {
                i = afterEscape(line, i + 1);
            } else {
                if (c == '\t') {
                    text.append("    ");
                } else if (!Character.isISOControl(c)) {
                    text.append(c);
                }
                i++;
            }
        }
        return text.toString();
    }

    private static int afterEscape(String line, int at) {
        if (at >= line.length()) {
            return at;
        }
        char kind = line.charAt(at);
        int i = at + 1;
        if (kind == '[') {
            while (i < line.length() && (line.charAt(i) < 0x40 || line.charAt(i) > 0x7e)) {
                i++;
            }
            return Math.min(i + 1, line.length());
        }
        if (kind == ']') { // an operating system command, ended by BEL or ST
            while (i < line.length() && line.charAt(i) != 0x07 && line.charAt(i) != 0x1b) {
                i++;
            }
            return Math.min(i + 1, line.length());
        }
        return i;
    }

    private static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT
                || type == Character.CONTROL) {
            return 0;
        }
        return isWide(c) ? 2 : 1;
    }

    private static boolean isWide(int c) {
        return c >= 0x1100
                && (c <= 0x115f
                        || (c >= 0x2e80 && c <= 0xa4cf && c != 0x303f)
                        || (c >= 0xac00 && c <= 0xd7a3)
                        || (c >= 0xf900 && c <= 0xfaff)
                        || (c >= 0xfe30 && c <= 0xfe6f)
                        || (c >= 0xff00 && c <= 0xff60)
                        || (c >= 0xffe0 && c <= 0xffe6)
                        || (c >= 0x1f300 && c <= 0x1faff)
                        || (c >= 0x20000 && c <= 0x3fffd));
    }
}
