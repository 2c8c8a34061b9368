package dev.slipway.distribution.http;

import java.io.IOException;

/// A body is longer than anything of its kind has reason to be.
public final class OversizedBodyException extends IOException {
    private static final long serialVersionUID = 1L;

    OversizedBodyException(int maxBytes) {
        super("the answer is longer than " + maxBytes + " bytes");
    }
}
