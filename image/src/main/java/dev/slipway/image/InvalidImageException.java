package dev.slipway.image;

import org.jspecify.annotations.Nullable;

/// An image, manifest, archive or blob that contradicts itself or its specification: a digest that
/// does not match, a missing layer, a name that escapes.
public final class InvalidImageException extends ImageException {
    private static final long serialVersionUID = 1L;

    public InvalidImageException(String message) {
        super(message);
    }

    public InvalidImageException(String message, @Nullable String hint) {
        super(message, hint, null);
    }
}
