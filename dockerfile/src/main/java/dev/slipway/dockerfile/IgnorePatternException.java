package dev.slipway.dockerfile;

/// A malformed pattern of an ignore file. The message is one line, without position.
public final class IgnorePatternException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String pattern;
    private final int line;

    IgnorePatternException(String message, String pattern, int line) {
        super(message);
        this.pattern = pattern;
        this.line = line;
    }

    /// Returns the pattern as written.
    public String pattern() {
        return pattern;
    }

    /// Returns the line it is on, from 1; for a list, its place in it.
    public int line() {
        return line;
    }
}
