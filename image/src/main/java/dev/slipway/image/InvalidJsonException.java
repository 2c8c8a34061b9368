package dev.slipway.image;

/// JSON that cannot be read, is beyond a limit, or has a value of the wrong kind at a place.
public final class InvalidJsonException extends ImageException {
    private static final long serialVersionUID = 1L;

    InvalidJsonException(String message) {
        super(message);
    }
}
