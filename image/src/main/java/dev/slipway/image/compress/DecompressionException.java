package dev.slipway.image.compress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// A compressed stream is corrupt, or expands beyond its limits. The message is one line.
public final class DecompressionException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Format format;

    DecompressionException(Format format, String problem, @Nullable Throwable cause) {
        super(format.name().toLowerCase(java.util.Locale.ROOT) + " data: " + problem, cause);
        this.format = format;
    }

    public Format format() {
        return format;
    }
}
