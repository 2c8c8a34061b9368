package dev.slipway.build;

import org.jspecify.annotations.Nullable;

/// A COPY or ADD that cannot be done as it is written.
final class CopyException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    CopyException(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    /// What to do about it: the nearest existing name, the pattern that hides the file; null if
    /// there is nothing to say.
    @Nullable String hint() {
        return hint;
    }
}
