package dev.slipway.image;

import java.io.IOException;
import java.io.InputStream;

/// Digests what is read through it, beside the reader.
final class DigestingInput extends BulkInput {
    private final InputStream in;
    private final ParallelDigest digest;

    /// @param in closed with this stream; `digest` is not
    DigestingInput(InputStream in, ParallelDigest digest) {
        this.in = in;
        this.digest = digest;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        int n = in.read(into, at, length);
        if (n > 0) {
            digest.update(into, at, n);
        }
        return n;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
