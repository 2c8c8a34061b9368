package dev.slipway.image;

import org.jspecify.annotations.Nullable;

/// Text that should name an image but breaks a rule of the reference grammar.
public final class InvalidReferenceException extends ImageException {
    private static final long serialVersionUID = 1L;

    private final String input;
    private final String rule;

    InvalidReferenceException(String input, String rule, @Nullable String hint) {
        super("invalid image reference " + Texts.quote(input) + ": " + rule, hint, null);
        this.input = input;
        this.rule = rule;
    }

    /// Returns the text that was refused.
    public String input() {
        return input;
    }

    /// Returns the rule that the text breaks.
    public String rule() {
        return rule;
    }
}
