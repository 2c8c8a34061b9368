package dev.slipway.distribution.storage;

import dev.slipway.distribution.http.HttpResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// The bytes of an object, which go on where a connection broke off.
final class ResumingBlob extends InputStream {
    private static final int ATTEMPTS = 4;

    private final Opener opener;
    private @Nullable HttpResponse response;
    private long position;
    private int failures;

    /// Asks for the object.
    @FunctionalInterface
    interface Opener {
        /// Asks for it from a byte on.
        ///
        /// @return an answer of status 200, or 206 from that byte on
        HttpResponse open(long from) throws IOException;
    }

    /// Opens it, so that an object that is not there fails here.
    ResumingBlob(Opener opener) throws IOException {
        this.opener = opener;
        this.response = opener.open(0);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        while (true) {
            try {
                if (response == null) {
                    response = reopened();
                }
                int n = response.body().read(into, offset, length);
                position += Math.max(0, n);
                return n;
            } catch (StorageException e) {
                throw e;
            } catch (IOException e) {
                if (++failures >= ATTEMPTS || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                close();
            }
        }
    }

    private HttpResponse reopened() throws IOException {
        HttpResponse again = opener.open(position);
        String range = again.headers().first("Content-Range");
        boolean continues =
                position == 0
                        || (again.status() == 206
                                && range != null
                                && range.startsWith("bytes " + position + "-"));
        if (!continues) {
            again.close();
            throw new StorageException("the rest of an object cannot be had", again.status(), "");
        }
        return again;
    }

    @Override
    public void close() {
        HttpResponse open = response;
        response = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                return; // all that counts was read, or is read anew
            }
        }
    }
}
