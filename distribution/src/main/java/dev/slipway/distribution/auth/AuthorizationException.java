package dev.slipway.distribution.auth;

import java.io.IOException;

/// A token server gives no token to who we say we are.
public final class AuthorizationException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    AuthorizationException(String host, int status) {
        super("the token server " + host + " answers " + status);
        this.status = status;
    }

    /// The answer's status.
    public int status() {
        return status;
    }
}
