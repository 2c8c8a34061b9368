package dev.slipway.distribution.http;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// A received body: delimited by a length, by chunks, or by the connection's end (RFC 9112, 6.3).
final class MessageBody extends InputStream {
    private static final int WORTH_DRAINING = 64 << 10;
    private static final int MAX_TRAILERS = 64;

    /// What to do with the connection afterwards.
    interface Release {
        void release(boolean reusable);
    }

    private enum Framing {
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private final WireInput in;
    private final Framing framing;
    private @Nullable Release release;
    private final boolean keepAlive;

    /// Bytes left of the body, or of the current chunk.
    private long left;

    private boolean firstChunk = true;
    private boolean ended;

    private MessageBody(
            WireInput in, Framing framing, long length, boolean keepAlive, Release release) {
        this.in = in;
        this.framing = framing;
        this.left = length;
        this.keepAlive = keepAlive && framing != Framing.UNTIL_CLOSE;
        this.release = release;
    }

    static MessageBody of(WireInput in, Headers headers, boolean keepAlive, Release release)
            throws IOException {
        if (headers.holds("Transfer-Encoding", "chunked")) {
            return new MessageBody(in, Framing.CHUNKED, 0, keepAlive, release);
        }
        if (headers.first("Content-Length") == null) {
            return new MessageBody(in, Framing.UNTIL_CLOSE, 0, keepAlive, release);
        }
        long length = headers.number("Content-Length");
        for (String value : headers.all("Content-Length")) {
            if (length < 0 || !value.equals(headers.first("Content-Length"))) {
                throw new IOException("the answer's Content-Length makes no sense");
            }
        }
        var body = new MessageBody(in, Framing.LENGTH, length, keepAlive, release);
        if (length == 0) {
            body.end();
        }
        return body;
    }

    static MessageBody none(boolean keepAlive, Release release) throws IOException {
        var body =
                new MessageBody(
                        new WireInput(InputStream.nullInputStream()),
                        Framing.LENGTH,
                        0,
                        keepAlive,
                        release);
        body.end();
        return body;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (ended) {
            return -1;
        }
        if (length == 0) {
            return 0;
        }
        try {
            return readOpen(into, offset, length);
        } catch (IOException e) {
            give(false);
            throw e;
        }
    }

    private int readOpen(byte[] into, int offset, int length) throws IOException {
        if (framing == Framing.CHUNKED && left == 0 && !nextChunk()) {
            end();
            return -1;
        }
        int most = framing == Framing.UNTIL_CLOSE ? length : (int) Math.min(length, left);
        int n = in.read(into, offset, most);
        if (n < 0) {
            if (framing == Framing.UNTIL_CLOSE) {
                end();
                return -1;
            }
            throw new EOFException("the connection was closed in the middle of a body");
        }
        left -= n;
        if (framing == Framing.LENGTH && left == 0) {
            end();
        }
        return n;
    }

    /// Reads a chunk's size: RFC 9112, 7.1.
    private boolean nextChunk() throws IOException {
        if (!firstChunk && !in.line().isEmpty()) {
            throw new IOException("a chunk of the answer is longer than it said");
        }
        firstChunk = false;
        String line = in.line();
        int semicolon = line.indexOf(';');
        String size = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
        if (size.isEmpty() || size.length() > 15) {
            throw new IOException("a chunk of the answer has no size");
        }
        try {
            left = Long.parseLong(size, 16);
        } catch (NumberFormatException _) {
            throw new IOException("a chunk of the answer has no size");
        }
        if (left < 0) {
            throw new IOException("a chunk of the answer has no size");
        }
        if (left > 0) {
            return true;
        }
        for (int i = 0; !in.line().isEmpty(); i++) {
            if (i > MAX_TRAILERS) {
                throw new IOException("the answer has too many trailers");
            }
        }
        return false;
    }

    private void end() {
        ended = true;
        give(keepAlive);
    }

    private void give(boolean reusable) {
        Release to = release;
        release = null;
        if (to != null) {
            to.release(reusable);
        }
    }

    @Override
    public void close() {
        if (!ended && framing == Framing.LENGTH && left <= WORTH_DRAINING) {
            try {
                skipNBytes(left); // so that the connection can be used again
            } catch (IOException _) {
                // It is dropped then.
            }
        }
        ended = true;
        give(false);
    }
}
