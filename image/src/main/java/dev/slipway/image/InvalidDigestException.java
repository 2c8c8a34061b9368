package dev.slipway.image;

/// Text that should be a digest (`sha256:` and 64 lower-case hex digits) but is not.
public final class InvalidDigestException extends ImageException {
    private static final long serialVersionUID = 1L;

    private final String input;

    InvalidDigestException(String input, String rule) {
        super("invalid digest " + Texts.quote(input) + ": " + rule);
        this.input = input;
    }

    /// Returns the text that was refused.
    public String input() {
        return input;
    }
}
