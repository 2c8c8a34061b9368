package dev.slipway.distribution;

import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.image.Descriptor;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/// A blob as it comes from a registry, from some byte on: where a connection breaks, another goes
/// on. Nothing is verified here but where pieces belong. For use by one thread.
final class ResumingInput extends InputStream {
    /// How often in a row the registry may fail without a byte between.
    private static final int ATTEMPTS = 6;

    private final Repository source;
    private final Descriptor blob;
    private final TransferListener listener;
    private long at;
    private int failures;
    private @Nullable HttpResponse answer;
    private boolean broken;

    ResumingInput(Repository source, Descriptor blob, long from, TransferListener listener) {
        this.source = source;
        this.blob = blob;
        this.at = from;
        this.listener = listener;
    }

    /// Whether it gave up: what was read before is right as far as is known.
    boolean isBroken() {
        return broken;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (at < blob.size()) {
            try {
                HttpResponse from = answer == null ? open() : answer;
                answer = from;
                int most = (int) Math.min(length, blob.size() - at);
                int n = from.body().read(into, offset, most);
                if (n < 0) {
                    throw new EOFException("the connection was closed in the middle of a blob");
                }
                at += n;
                failures = 0;
                listener.moved(blob, n);
                return n;
            } catch (InterruptedIOException | RegistryException e) {
                broken = true;
                throw e;
            } catch (IOException e) {
                failed(e);
            }
        }
        return -1;
    }

    private void failed(IOException e) throws IOException {
        closeAnswer();
        if (Thread.currentThread().isInterrupted()) {
            broken = true;
            throw new InterruptedIOException("interrupted");
        }
        if (++failures >= ATTEMPTS) {
            broken = true;
            throw failure(
                    String.valueOf(e.getMessage()),
                    "What came is kept: the next attempt goes on from there.",
                    e);
        }
        source.host().troubled(e);
    }

    private RegistryException failure(
            String why, @Nullable String hint, @Nullable IOException cause) {
        return RegistryException.of(
                "cannot pull the blob " + blob.digest() + " of " + source.name() + ": " + why,
                hint,
                source.host().name(),
                cause);
    }

    private HttpResponse open() throws IOException {
        HttpResponse opened = source.openBlob(blob.digest(), at);
        try {
            long start = opened.status() == 206 ? start(opened) : 0;
            long length = opened.headers().number("Content-Length");
            if (start > at || (length >= 0 && start + length != blob.size())) {
                String what = "the registry sends another part of the blob, or another";
                throw source.isMirror() ? failure(what, null, null) : new IOException(what);
            }
            opened.body().skipNBytes(at - start); // it cannot start in the middle
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /// RFC 9110, 14.4: `bytes 500-1499/2048`.
    private static long start(HttpResponse answer) throws IOException {
        String range = answer.headers().first("Content-Range");
        if (range != null && range.startsWith("bytes ")) {
            int dash = range.indexOf('-');
            if (dash > 6) {
                try {
                    return Long.parseLong(range.substring(6, dash).strip());
                } catch (NumberFormatException _) {
                    throw new IOException("the registry does not say which part it sends");
                }
            }
        }
        throw new IOException("the registry does not say which part it sends");
    }

    private void closeAnswer() {
        HttpResponse open = answer;
        answer = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // It is gone either way.
            }
        }
    }

    @Override
    public void close() {
        closeAnswer();
    }
}
