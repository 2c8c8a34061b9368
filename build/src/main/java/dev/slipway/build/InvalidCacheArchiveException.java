package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// An archive of a build cache that is none, is damaged, or asks for what it may not.
public final class InvalidCacheArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    InvalidCacheArchiveException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
