package dev.slipway.distribution.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/// An answer. Closing it gives the connection back, or drops it if much of the body is unread. For
/// use by one thread.
public final class HttpResponse implements AutoCloseable {
    private final int status;
    private final Headers headers;
    private final InputStream body;

    HttpResponse(int status, Headers headers, InputStream body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    public int status() {
        return status;
    }

    public Headers headers() {
        return headers;
    }

    /// The body, at most as long as it was announced; ends with an exception, never quietly, if the
    /// connection does before.
    public InputStream body() {
        return body;
    }

    /// Reads a small body.
    ///
    /// @throws IOException if it is longer than `maxBytes`
    public byte[] read(int maxBytes) throws IOException {
        var out = new ByteArrayOutputStream();
        byte[] buffer = new byte[8 << 10];
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            if (out.size() + n > maxBytes) {
                throw new OversizedBodyException(maxBytes);
            }
            out.write(buffer, 0, n);
        }
        return out.toByteArray();
    }

    /// Whether the status says that it was done.
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /// Whether the status sends the request elsewhere.
    public boolean isRedirect() {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
