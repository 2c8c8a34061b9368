package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

/// A wrong option of a `RUN --mount`.
public final class MountException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String reason;
    private final transient Range range;
    private final @Nullable String suggestion;

    MountException(String reason, Range range, @Nullable String suggestion) {
        super(suggestion == null ? reason : reason + " (did you mean " + suggestion + "?)");
        this.reason = reason;
        this.range = range;
        this.suggestion = suggestion;
    }

    /// Returns what is wrong, without the suggestion.
    public String reason() {
        return reason;
    }

    /// Returns where the option is written.
    public Range range() {
        return range;
    }

    /// Returns what was probably meant, or null.
    public @Nullable String suggestion() {
        return suggestion;
    }
}
