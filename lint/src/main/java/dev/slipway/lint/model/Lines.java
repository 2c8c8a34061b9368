package dev.slipway.lint.model;

import dev.slipway.dockerfile.Position;
import dev.slipway.dockerfile.Range;

import java.util.Arrays;

/// Where the lines of a text begin.
public final class Lines {
    private final String text;
    private final int[] starts;

    /// Counts the lines of `text`.
    public Lines(String text) {
        this.text = text;
        int[] found = new int[text.length() / 32 + 8];
        int n = 0;
        found[n++] = text.startsWith("\uFEFF") ? 1 : 0;
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
            if (n == found.length) {
                found = Arrays.copyOf(found, n * 2);
            }
            found[n++] = i + 1;
        }
        starts = Arrays.copyOf(found, n);
    }

    /// Returns the place at an offset, which is moved into the text if need be.
    public Position at(int offset) {
        int in = Math.clamp(offset, 0, text.length());
        int found = Arrays.binarySearch(starts, in);
        int line = Math.max(0, found >= 0 ? found : -found - 2);
        return new Position(line + 1, Math.max(1, in - starts[line] + 1), in);
    }

    /// Returns the stretch between two offsets.
    public Range range(int start, int end) {
        return new Range(at(start), at(Math.max(start, end)));
    }

    /// Returns how many lines there are; an empty text has one.
    public int count() {
        return starts.length;
    }

    /// Returns where a line begins, counted from 1.
    public int start(int line) {
        return starts[line - 1];
    }

    /// Returns the characters of a line, counted from 1, without its end.
    public String text(int line) {
        int end = line < starts.length ? starts[line] - 1 : text.length();
        int stop = end > starts[line - 1] && text.charAt(end - 1) == '\r' ? end - 1 : end;
        return text.substring(starts[line - 1], stop);
    }
}
