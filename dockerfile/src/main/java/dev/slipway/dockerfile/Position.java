package dev.slipway.dockerfile;

/// A place between two characters of a file.
///
/// @param line from 1
/// @param column from 1, in UTF-16 characters; a byte order mark has no column
/// @param offset from 0, in UTF-16 characters from the start of the text
public record Position(int line, int column, int offset) implements Comparable<Position> {
    @Override
    public int compareTo(Position other) {
        return Integer.compare(offset, other.offset);
    }

    @Override
    public String toString() {
        return line + ":" + column;
    }
}
