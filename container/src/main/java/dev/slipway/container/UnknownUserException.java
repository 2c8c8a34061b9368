package dev.slipway.container;

/// A user or group that an image does not have.
public final class UnknownUserException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String name;

    UnknownUserException(String name, String message) {
        super(message);
        this.name = name;
    }

    /// The name or number that was looked for.
    public String name() {
        return name;
    }

    /// What to do about it, one line.
    public String hint() {
        return "add it in the image first, as with RUN useradd, or give a number";
    }
}
