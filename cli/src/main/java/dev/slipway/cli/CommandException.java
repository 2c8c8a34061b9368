package dev.slipway.cli;

import org.jspecify.annotations.Nullable;

/// A command could not do its work, for a reason known here and not below.
final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    CommandException(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    /// What to do about it, or null.
    @Nullable String hint() {
        return hint;
    }
}
