package dev.slipway.build.fetch;

import org.jspecify.annotations.Nullable;

/// Files from elsewhere could not be had, or are not what was asked for.
public final class FetchException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    public FetchException(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    FetchException(String message, @Nullable String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /// What to do about it; null if there is nothing to say.
    public @Nullable String hint() {
        return hint;
    }
}
