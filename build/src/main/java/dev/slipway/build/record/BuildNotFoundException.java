package dev.slipway.build.record;

import java.io.IOException;

/// No record is known by a name, or more than one.
public final class BuildNotFoundException extends IOException {
    private static final long serialVersionUID = 1L;

    BuildNotFoundException(String message) {
        super(message);
    }
}
