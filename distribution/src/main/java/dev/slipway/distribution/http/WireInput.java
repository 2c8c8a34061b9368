package dev.slipway.distribution.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// The receiving side of a connection: lines and bytes from one buffer. Long reads pass it by.
final class WireInput {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int MAX_LINE = 16 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;

    WireInput(InputStream in) {
        this.in = in;
    }

    /// Reads a line without its end.
    ///
    /// @throws EOFException if the connection ends before the line does
    String line() throws IOException {
        var line = new StringBuilder();
        while (true) {
            if (at == end && !fill()) {
                throw new EOFException("the connection was closed in the middle of an answer");
            }
            int from = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            line.append(new String(buffer, from, at - from, StandardCharsets.ISO_8859_1));
            if (line.length() > MAX_LINE) {
                throw new IOException("a line of the answer is longer than " + MAX_LINE);
            }
            if (at < end) {
                at++;
                int length = line.length();
                if (length > 0 && line.charAt(length - 1) == '\r') {
                    line.setLength(length - 1);
                }
                return line.toString();
            }
        }
    }

    /// Whether the connection ended before the next byte.
    boolean isAtEnd() throws IOException {
        return at == end && !fill();
    }

    int read(byte[] into, int offset, int length) throws IOException {
        if (at < end) {
            int n = Math.min(length, end - at);
            System.arraycopy(buffer, at, into, offset, n);
            at += n;
            return n;
        }
        if (length >= BUFFER_BYTES / 2) {
            return receive(into, offset, length);
        }
        return fill() ? read(into, offset, length) : -1;
    }

    private boolean fill() throws IOException {
        int n = receive(buffer, 0, BUFFER_BYTES);
        at = 0;
        end = Math.max(n, 0);
        return n > 0;
    }

    private int receive(byte[] into, int offset, int length) throws IOException {
        try {
            return in.read(into, offset, length);
        } catch (SocketTimeoutException e) {
            throw new SilentHostException(e);
        }
    }
}
