package dev.slipway.distribution.storage;

import dev.slipway.distribution.BlobSource;
import dev.slipway.distribution.http.HttpBody;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HexFormat;

/// A part of a blob as the body of a request.
///
/// @param from the first byte
/// @param length in bytes
record BlobPart(BlobSource blob, long from, long length) implements HttpBody {
    private static final int BUFFER = 128 << 10;

    private interface Sink {
        void take(byte[] buffer, int count) throws IOException;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        read((buffer, count) -> out.write(buffer, 0, count));
    }

    /// SHA-256 of the part, in hex.
    String digest() throws IOException {
        var sha = S3Signer.digest();
        read((buffer, count) -> sha.update(buffer, 0, count));
        return HexFormat.of().formatHex(sha.digest());
    }

    private void read(Sink sink) throws IOException {
        try (InputStream in = blob.open(from)) {
            byte[] buffer = new byte[BUFFER];
            for (long left = length; left > 0; ) {
                int n = in.read(buffer, 0, (int) Math.min(BUFFER, left));
                if (n < 0) {
                    throw new IOException("a blob of the store is cut short");
                }
                sink.take(buffer, n);
                left -= n;
            }
        }
    }
}
