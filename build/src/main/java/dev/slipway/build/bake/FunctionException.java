package dev.slipway.build.bake;

/// A function that cannot do what it was called for. Caught where the call stands, which adds the
/// place.
final class FunctionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int argument;

    /// @param argument which is at fault, from 0; -1: the call as a whole
    FunctionException(int argument, String message) {
        super(message);
        this.argument = argument;
    }

    FunctionException(String message) {
        this(-1, message);
    }

    int argument() {
        return argument;
    }
}
