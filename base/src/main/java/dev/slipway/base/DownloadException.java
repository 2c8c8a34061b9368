package dev.slipway.base;

import org.jspecify.annotations.Nullable;

/// A file could not be had from its mirror.
public final class DownloadException extends BaseException {
    private static final long serialVersionUID = 1L;

    private final String url;
    private final int status;

    DownloadException(String url, int status, String message, @Nullable Throwable cause) {
        super(
                message,
                status == 404
                        ? null
                        : "check the network and the mirror; what was downloaded is kept",
                cause);
        this.url = url;
        this.status = status;
    }

    /// The address, without credentials.
    public String url() {
        return url;
    }

    /// The HTTP status, or 0 when there was no answer.
    public int status() {
        return status;
    }
}
