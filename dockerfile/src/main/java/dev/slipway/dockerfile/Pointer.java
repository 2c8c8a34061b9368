package dev.slipway.dockerfile;

/// Shows a place in a line.
final class Pointer {
    private static final int BEFORE = 60; // kept of a long line before the place

    private Pointer() {}

    /// Returns `line` and, under the part of `range` in it, carets; each cut to `width` characters.
    static String of(String line, Range range, int width) {
        int column = Math.min(range.start().column() - 1, line.length());
        boolean sameLine = range.start().line() == range.end().line();
        int end = sameLine ? Math.min(range.end().column() - 1, line.length()) : line.length();
        int from = column + 1 < width ? 0 : column - BEFORE;
        int to = Math.min(line.length(), from + width);
        StringBuilder out = new StringBuilder(2 * width + 4);
        for (int i = from; i < to; i++) {
            out.append(shown(line.charAt(i)));
        }
        out.append('\n');
        for (int i = from; i < column; i++) {
            out.append(line.charAt(i) == '\t' ? '\t' : ' '); // so that tabs align
        }
        return out.repeat('^', Math.max(1, Math.min(end, to) - column)).toString();
    }

    private static char shown(char c) {
        return c == '\t' || !Character.isISOControl(c) ? c : '\uFFFD';
    }
}
