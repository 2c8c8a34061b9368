package dev.slipway.build;

import dev.slipway.image.ImageException;

import org.jspecify.annotations.Nullable;

/// A lock of base images said no: it is missing, or does not fit the Dockerfile.
public final class LockException extends ImageException {
    private static final long serialVersionUID = 1L;

    LockException(String message, @Nullable String hint) {
        super(message, hint, null);
    }

    /// Whether a failure comes of a lock that said no.
    public static boolean isCauseOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LockException) {
                return true;
            }
        }
        return false;
    }
}
