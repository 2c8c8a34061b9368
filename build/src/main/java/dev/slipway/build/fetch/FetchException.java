package dev.slipway.build.fetch;

import org.jspecify.annotations.Nullable;

/// Files from elsewhere could not be had, or are not what was asked for.
public final class FetchException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;
    private final boolean drift;

    public FetchException(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
        this.drift = false;
    }

    private FetchException(String message, String hint, boolean drift) {
        super(message);
        this.hint = hint;
        this.drift = drift;
    }

    /// What is there is not what it must be.
    static FetchException drift(String message, String hint) {
        return new FetchException(message, hint, true);
    }

    FetchException(String message, @Nullable String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
        this.drift = false;
    }

    /// Whether it was there, and has another content than it must have.
    public boolean isDrift() {
        return drift;
    }

    /// What to do about it; null if there is nothing to say.
    public @Nullable String hint() {
        return hint;
    }
}
