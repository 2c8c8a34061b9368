package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// A failure of images or of the store. The message is one line that says what was tried and what
/// was found; [#hint()] says what to do about it.
public class ImageException extends IOException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;

    public ImageException(String message) {
        this(message, null, null);
    }

    public ImageException(String message, @Nullable String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /// Returns one line of advice, or null when there is none to give.
    public final @Nullable String hint() {
        return hint;
    }
}
