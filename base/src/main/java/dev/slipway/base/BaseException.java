package dev.slipway.base;

import org.jspecify.annotations.Nullable;

/// Why a base image could not be assembled: one line, and where it helps one line of advice.
public class BaseException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    BaseException(String message) {
        this(message, null, null);
    }

    BaseException(String message, @Nullable String hint) {
        this(message, hint, null);
    }

    BaseException(String message, @Nullable String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /// What to do about it; null when there is nothing to say beyond the message.
    public final @Nullable String hint() {
        return hint;
    }
}
