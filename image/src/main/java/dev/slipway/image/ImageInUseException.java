package dev.slipway.image;

/// An image that may not be removed as asked; forcing may help.
public final class ImageInUseException extends ImageException {
    private static final long serialVersionUID = 1L;

    ImageInUseException(String image, String reason, String hint) {
        super("conflict: unable to remove " + image + ": " + reason, hint, null);
    }
}
