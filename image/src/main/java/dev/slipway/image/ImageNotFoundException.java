package dev.slipway.image;

/// A name or ID that no image of the store has, or that several have.
public final class ImageNotFoundException extends ImageException {
    private static final long serialVersionUID = 1L;

    private final String wanted;

    private ImageNotFoundException(String wanted, String message, String hint) {
        super(message, hint, null);
        this.wanted = wanted;
    }

    /// No image has this name or ID.
    public static ImageNotFoundException none(String wanted) {
        return new ImageNotFoundException(
                wanted,
                "No such image: " + Texts.quote(wanted),
                "List images with `slipway images`.");
    }

    static ImageNotFoundException several(String wanted) {
        return new ImageNotFoundException(
                wanted,
                "the ID " + Texts.quote(wanted) + " begins several images' IDs",
                "Give more digits.");
    }

    /// Returns the name or ID asked for.
    public String wanted() {
        return wanted;
    }
}
