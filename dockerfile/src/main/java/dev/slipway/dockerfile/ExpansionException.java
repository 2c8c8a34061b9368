package dev.slipway.dockerfile;

/// A word that cannot be expanded: `${x:?message}`, an unmatched quote, or bad syntax.
public final class ExpansionException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String word;

    ExpansionException(String word, String message) {
        super(message);
        this.word = word;
    }

    /// Returns what was to be expanded.
    public String word() {
        return word;
    }
}
