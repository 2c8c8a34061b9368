package dev.slipway.dockerfile;

import java.util.Arrays;

/// The lines of an instruction joined into one, and the way back to where each character is.
final class LogicalLine {
    private final SourceText source;
    private final String text;
    private final int[] joinedStarts;
    private final int[] fileStarts;
    private final int pieces;
    private int last;

    private LogicalLine(
            SourceText source, String text, int[] joinedStarts, int[] fileStarts, int pieces) {
        this.source = source;
        this.text = text;
        this.joinedStarts = joinedStarts;
        this.fileStarts = fileStarts;
        this.pieces = pieces;
    }

    String text() {
        return text;
    }

    /// Returns where the characters from `start` up to `end` are; between them may be line ends and
    /// comments.
    Range range(int start, int end) {
        if (start == end) {
            int at = end == text.length() && end > 0 ? offset(end - 1) + 1 : offset(start);
            return source.range(at, at);
        }
        return source.range(offset(start), offset(end - 1) + 1);
    }

    Word word(int start, int end) {
        return new Word(text.substring(start, end), range(start, end));
    }

    private int offset(int index) {
        int piece = last;
        boolean here =
                joinedStarts[piece] <= index
                        && (piece + 1 == pieces || index < joinedStarts[piece + 1]);
        if (!here) {
            int found = Arrays.binarySearch(joinedStarts, 0, pieces, index);
            piece = found >= 0 ? found : -found - 2;
            last = piece;
        }
        return fileStarts[piece] + index - joinedStarts[piece];
    }

    /// Joins pieces of a text.
    static final class Builder {
        private final SourceText source;
        private final StringBuilder joined = new StringBuilder();
        private int[] joinedStarts = new int[4];
        private int[] fileStarts = new int[4];
        private int pieces;

        Builder(SourceText source) {
            this.source = source;
        }

        void add(int start, int end) {
            if (start == end) {
                return;
            }
            if (pieces == joinedStarts.length) {
                joinedStarts = Arrays.copyOf(joinedStarts, pieces * 2);
                fileStarts = Arrays.copyOf(fileStarts, pieces * 2);
            }
            joinedStarts[pieces] = joined.length();
            fileStarts[pieces++] = start;
            joined.append(source.text(), start, end);
        }

        int length() {
            return joined.length();
        }

        LogicalLine build() {
            return new LogicalLine(source, joined.toString(), joinedStarts, fileStarts, pieces);
        }
    }
}
