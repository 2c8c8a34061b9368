package dev.slipway.distribution;

import dev.slipway.image.ImageException;

import org.jspecify.annotations.Nullable;

/// A registry refused, or could not be reached. The message is one line: what was tried, where, and
/// what came back.
public final class RegistryException extends ImageException {
    private static final long serialVersionUID = 1L;

    private final String host;
    private final int status;
    private final String code;

    RegistryException(
            String message,
            @Nullable String hint,
            String host,
            int status,
            String code,
            @Nullable Throwable cause) {
        super(message, hint, cause);
        this.host = host;
        this.status = status;
        this.code = code;
    }

    /// A failure before or besides an answer.
    static RegistryException of(
            String message, @Nullable String hint, String host, @Nullable Throwable cause) {
        return new RegistryException(message, hint, host, 0, "", cause);
    }

    /// The registry it is about.
    public String host() {
        return host;
    }

    /// The answer's HTTP status; 0 if there was no answer.
    public int status() {
        return status;
    }

    /// The first error code of the answer, such as `DENIED`; "" if it has none.
    public String code() {
        return code;
    }

    /// Whether the same request may succeed later.
    public boolean isTemporary() {
        return isTemporary(status);
    }

    static boolean isTemporary(int status) {
        return switch (status) {
            case 408, 425, 429, 499, 500, 502, 503, 504, 522, 524 -> true;
            default -> false;
        };
    }
}
