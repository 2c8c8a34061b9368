package dev.slipway.dockerfile;

import java.util.Arrays;

/// A text and where its lines begin.
final class SourceText {
    private final String text;
    private final int[] lineStarts;
    private final int lines;
    private int last; // the line found last: most questions are about it or the next one

    SourceText(String text) {
        this.text = text;
        int[] starts = new int[text.length() / 32 + 8];
        int n = 0;
        starts[n++] = firstOffset(text);
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
            if (n == starts.length) {
                starts = Arrays.copyOf(starts, n * 2);
            }
            starts[n++] = i + 1;
        }
        this.lineStarts = starts;
        this.lines = n;
    }

    /// Returns the offset of the first character that is no byte order mark.
    static int firstOffset(String text) {
        return !text.isEmpty() && text.charAt(0) == '\uFEFF' ? 1 : 0;
    }

    String text() {
        return text;
    }

    Position at(int offset) {
        int line = line(offset);
        return new Position(line + 1, Math.max(1, offset - lineStarts[line] + 1), offset);
    }

    Range range(int start, int end) {
        return new Range(at(start), at(end));
    }

    private int line(int offset) {
        int line = last;
        if (offset >= lineStarts[line]) {
            if (line + 1 == lines || offset < lineStarts[line + 1]) {
                return line;
            }
            if (line + 2 == lines || offset < lineStarts[line + 2]) {
                last = line + 1;
                return line + 1;
            }
        }
        int found = Arrays.binarySearch(lineStarts, 0, lines, offset);
        last = Math.max(0, found >= 0 ? found : -found - 2);
        return last;
    }
}
