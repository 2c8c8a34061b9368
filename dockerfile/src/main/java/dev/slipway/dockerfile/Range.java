package dev.slipway.dockerfile;

/// A stretch of a file, from `start` up to but not including `end`; it may be empty.
public record Range(Position start, Position end) {
    public Range {
        if (end.offset() < start.offset()) {
            throw new IllegalArgumentException("range ends before it starts: " + start + "-" + end);
        }
    }

    /// Returns whether `other` lies wholly in this range.
    public boolean contains(Range other) {
        return start.offset() <= other.start.offset() && other.end.offset() <= end.offset();
    }

    /// Returns the length in UTF-16 characters.
    public int length() {
        return end.offset() - start.offset();
    }

    /// Returns the characters of `text` that this range covers.
    ///
    /// @param text the text the range was made for
    public String of(String text) {
        return text.substring(start.offset(), end.offset());
    }

    @Override
    public String toString() {
        return start + "-" + end;
    }
}
