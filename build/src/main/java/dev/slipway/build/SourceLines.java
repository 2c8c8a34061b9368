package dev.slipway.build;

import dev.slipway.dockerfile.Position;
import dev.slipway.dockerfile.Range;

import org.jspecify.annotations.Nullable;

/// Where in a Dockerfile something stands.
///
/// @param file the Dockerfile's name as given by the user
/// @param firstLine 1-based
/// @param lastLine 1-based, inclusive
/// @param text the first line itself, for messages
public record SourceLines(String file, int firstLine, int lastLine, String text) {

    static SourceLines of(String file, String dockerfile, Range range) {
        int first = range.start().line();
        int last = Math.max(first, range.end().line());
        if (last > first && range.end().column() <= 1) {
            last--; // the range ends with the line break of the line before
        }
        return new SourceLines(file, first, last, line(dockerfile, range.start()));
    }

    private static String line(String text, Position in) {
        int start = in.offset() - (in.column() - 1);
        int end = text.indexOf('\n', in.offset());
        var line = end < 0 ? text.substring(start) : text.substring(start, end);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    /// `Dockerfile:3` or `Dockerfile:3-5`.
    public String place() {
        return firstLine == lastLine
                ? file + ":" + firstLine
                : file + ":" + firstLine + "-" + lastLine;
    }

    static @Nullable String placeOf(@Nullable SourceLines lines) {
        return lines == null ? null : lines.place();
    }
}
