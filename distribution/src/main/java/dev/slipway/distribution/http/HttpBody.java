package dev.slipway.distribution.http;

import java.io.IOException;
import java.io.OutputStream;

/// What a request carries. Written anew for each attempt.
public interface HttpBody {
    /// Nothing.
    HttpBody EMPTY = of(new byte[0]);

    /// How many bytes [#writeTo] writes; -1 if that is not known before.
    long length();

    /// Writes all of it.
    void writeTo(OutputStream out) throws IOException;

    /// These bytes.
    static HttpBody of(byte[] content) {
        return new HttpBody() {
            @Override
            public long length() {
                return content.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(content);
            }
        };
    }
}
