package dev.slipway.distribution.http;

import java.io.IOException;

/// Sends requests. Redirects, authorization and attempts are the caller's. Safe for use by many
/// threads; a thread that is interrupted while it waits gets an exception.
public interface Transport extends AutoCloseable {
    /// Sends a request and reads the answer's head.
    ///
    /// @return the answer, whatever its status; the caller closes it
    /// @throws IOException if there is none, or it is no HTTP
    HttpResponse send(HttpRequest request) throws IOException;

    /// Closes connections that are not in use.
    @Override
    void close();
}
