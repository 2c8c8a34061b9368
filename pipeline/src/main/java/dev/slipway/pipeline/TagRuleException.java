package dev.slipway.pipeline;

import org.jspecify.annotations.Nullable;

/// A tag rule, or what it needs to know, that makes no sense.
public final class TagRuleException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    TagRuleException(String message, @Nullable String hint) {
        super(message);
        this.hint = hint;
    }

    /// What to do about it; null when nothing useful can be said.
    public @Nullable String hint() {
        return hint;
    }
}
