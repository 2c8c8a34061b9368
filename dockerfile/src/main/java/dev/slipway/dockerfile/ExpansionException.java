package dev.slipway.dockerfile;

/// A word that cannot be expanded: `${x:?message}`, an unmatched quote, bad syntax, or a limit.
public final class ExpansionException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String word;
    private final String reason;

    ExpansionException(String word, String reason) {
        super("failed to process " + Chars.quoted(word) + ": " + reason);
        this.word = word;
        this.reason = reason;
    }

    /// Returns what was to be expanded.
    public String word() {
        return word;
    }

    /// Returns what is wrong, such as `VERSION: is not allowed to be unset`.
    public String reason() {
        return reason;
    }
}
