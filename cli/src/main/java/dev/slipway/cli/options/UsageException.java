package dev.slipway.cli.options;

import org.jspecify.annotations.Nullable;

/// The command line is wrong: nothing was done.
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    public UsageException(String message) {
        this(message, null);
    }

    /// @param hint what to do about it, one line; null leaves it to "see --help"
    public UsageException(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    /// The message, never null here.
    public String text() {
        return String.valueOf(getMessage());
    }

    public @Nullable String hint() {
        return hint;
    }
}
