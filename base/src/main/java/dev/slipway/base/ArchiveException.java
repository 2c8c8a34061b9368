package dev.slipway.base;

/// A package, an index or another file of the distribution is malformed or beyond the limits.
public final class ArchiveException extends BaseException {
    private static final long serialVersionUID = 1L;

    ArchiveException(String message) {
        super(message);
    }

    ArchiveException(String message, Throwable cause) {
        super(message, null, cause);
    }
}
