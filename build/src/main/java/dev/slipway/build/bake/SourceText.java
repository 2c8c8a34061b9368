package dev.slipway.build.bake;

/// The text of a bake file, in which offsets are turned into lines and columns.
record SourceText(String name, String text) {

    BakePlace place(int start, int end) {
        int from = Math.min(start, text.length());
        int lineStart = text.lastIndexOf('\n', from - 1) + 1;
        int lineEnd = text.indexOf('\n', from);
        if (lineEnd < 0) {
            lineEnd = text.length();
        }
        int number = 1;
        for (int i = 0; i < lineStart; i++) {
            number += text.charAt(i) == '\n' ? 1 : 0;
        }
        var line = text.substring(lineStart, lineEnd);
        if (line.endsWith("\r")) {
            line = line.substring(0, line.length() - 1);
        }
        int width = Math.max(1, Math.min(end, lineStart + line.length()) - from);
        return new BakePlace(name, number, from - lineStart + 1, width, line);
    }

    /// The offset of a line and column, both counted from 0.
    int offset(int line, int column) {
        int start = 0;
        for (int i = 0; i < line; i++) {
            int end = text.indexOf('\n', start);
            if (end < 0) {
                return text.length();
            }
            start = end + 1;
        }
        return Math.min(start + column, text.length());
    }

    Span span(int start, int end) {
        return new Span(this, start, end);
    }
}
