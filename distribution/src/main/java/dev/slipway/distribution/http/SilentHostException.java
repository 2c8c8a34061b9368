package dev.slipway.distribution.http;

import java.io.IOException;
import java.net.SocketTimeoutException;

/// A host takes no connection, or sends nothing, for as long as one waits for it. Not the
/// [SocketTimeoutException] of the JDK, which is an [java.io.InterruptedIOException] and so looks
/// like the end of this thread's work.
public final class SilentHostException extends IOException {
    private static final long serialVersionUID = 1L;

    SilentHostException(SocketTimeoutException cause) {
        super("no answer came in time", cause);
    }
}
