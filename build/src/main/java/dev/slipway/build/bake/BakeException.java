package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

/// A bake file, or what was asked of it, that makes no sense.
///
/// The message is one line that says what is wrong; where is in {@link #place()}, what to do in
/// {@link #hint()}.
public final class BakeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable BakePlace place;
    private final @Nullable String hint;

    BakeException(String message, @Nullable BakePlace place, @Nullable String hint) {
        super(message);
        this.place = place;
        this.hint = hint;
    }

    BakeException(String message, @Nullable String hint) {
        this(message, null, hint);
    }

    static BakeException at(Span span, String message) {
        return new BakeException(message, span.place(), null);
    }

    static BakeException at(Span span, String message, @Nullable String hint) {
        return new BakeException(message, span.place(), hint);
    }

    /// The place at fault; null when none is, as for a wrong override.
    public @Nullable BakePlace place() {
        return place;
    }

    /// What to do about it; null when nothing useful can be said.
    public @Nullable String hint() {
        return hint;
    }
}
