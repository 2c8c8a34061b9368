package dev.slipway.distribution.http;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// One connection, for one exchange at a time.
final class Connection implements AutoCloseable {
    private static final int MAX_HEADERS = 200;
    private static final int CHUNK_BYTES = 64 << 10;

    private final Socket socket;
    private final WireInput in;
    private final OutputStream out;
    private long idleSinceNanos;
    private boolean used;

    Connection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new WireInput(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /// Whether it carried an exchange before, so that the server may have given it up by now.
    boolean isUsed() {
        return used;
    }

    void setIdle(long nowNanos) {
        idleSinceNanos = nowNanos;
        used = true;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /// An exchange failed before the first byte of an answer.
    static final class NoAnswerException extends IOException {
        private static final long serialVersionUID = 1L;

        NoAnswerException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /// @param target as it stands in the request line
    HttpResponse exchange(HttpRequest request, String target, MessageBody.Release release)
            throws IOException {
        IOException unsent = null;
        try {
            write(request, target);
        } catch (IOException e) {
            unsent = e; // the server may have answered already, and that says why
        }
        try {
            if (in.isAtEnd()) {
                throw new EOFException("the server closed the connection");
            }
        } catch (SilentHostException e) {
            throw e;
        } catch (IOException e) {
            throw new NoAnswerException(unsent == null ? e : unsent);
        }
        return answer(request.method(), unsent == null, release);
    }

    private void write(HttpRequest request, String target) throws IOException {
        var head = new StringBuilder(256);
        head.append(request.method()).append(' ').append(target).append(" HTTP/1.1\r\n");
        request.headers().writeTo(head);
        HttpBody body = request.body();
        if (body != null) {
            if (body.length() < 0) {
                head.append("Transfer-Encoding: chunked\r\n");
            } else {
                head.append("Content-Length: ").append(body.length()).append("\r\n");
            }
        }
        byte[] bytes = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        if (body == null) {
            out.write(bytes);
        } else if (body.length() < 0) {
            out.write(bytes);
            var chunks = new Chunks(out);
            var buffered = new BufferedOutputStream(chunks, CHUNK_BYTES);
            body.writeTo(buffered);
            buffered.flush();
            chunks.end();
        } else {
            var counted = new Counted(out, body.length());
            if (body.length() <= CHUNK_BYTES) {
                var whole = new BufferedOutputStream(out, CHUNK_BYTES + bytes.length);
                whole.write(bytes);
                counted = new Counted(whole, body.length());
                body.writeTo(counted);
                whole.flush();
            } else {
                out.write(bytes);
                body.writeTo(counted);
            }
            counted.check();
        }
        out.flush();
    }

    private HttpResponse answer(String method, boolean sent, MessageBody.Release release)
            throws IOException {
        int status;
        Headers headers;
        String version;
        do {
            String line = in.line();
            version = line.substring(0, Math.min(8, line.length()));
            status = status(line);
            headers = headers();
        } while (status / 100 == 1); // RFC 9110, 15.2: more is to come
        boolean keepAlive =
                sent
                        && (version.equals("HTTP/1.1")
                                ? !headers.holds("Connection", "close")
                                : headers.holds("Connection", "keep-alive"));
        boolean none = method.equals("HEAD") || status == 204 || status == 304;
        boolean tunnel = method.equals("CONNECT") && status / 100 == 2;
        MessageBody body =
                none || tunnel
                        ? MessageBody.none(keepAlive, release)
                        : MessageBody.of(in, headers, keepAlive, release);
        return new HttpResponse(status, headers, body);
    }

    private static int status(String line) throws IOException {
        if (line.length() < 12 || !line.startsWith("HTTP/1.") || line.charAt(8) != ' ') {
            throw new IOException("the server does not speak HTTP/1.1");
        }
        int status = 0;
        for (int i = 9; i < 12; i++) {
            char c = line.charAt(i);
            if (c < '0' || c > '9') {
                throw new IOException("the server does not speak HTTP/1.1");
            }
            status = status * 10 + (c - '0');
        }
        return status;
    }

    private Headers headers() throws IOException {
        var headers = new Headers();
        int count = 0;
        for (String line = in.line(); !line.isEmpty(); line = in.line()) {
            int colon = line.indexOf(':');
            if (colon <= 0 || ++count > MAX_HEADERS) {
                throw new IOException("the answer's headers are malformed");
            }
            String value = line.substring(colon + 1).strip();
            headers.add(line.substring(0, colon), value.replace('\0', ' ').replace('\r', ' '));
        }
        return headers;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is gone either way.
        }
    }

    /// Chunked coding: RFC 9112, 7.1.
    private static final class Chunks extends OutputStream {
        private static final byte[] LINE = {'\r', '\n'};
        private static final byte[] LAST = {'0', '\r', '\n', '\r', '\n'};
        private final OutputStream out;

        Chunks(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                String size = Integer.toHexString(length) + "\r\n";
                out.write(size.getBytes(StandardCharsets.US_ASCII));
                out.write(bytes, offset, length);
                out.write(LINE);
            }
        }

        void end() throws IOException {
            out.write(LAST);
        }
    }

    /// Holds a body to the length that was announced: what is too much would be taken for the next
    /// request.
    private static final class Counted extends OutputStream {
        private final OutputStream out;
        private long left;

        Counted(OutputStream out, long length) {
            this.out = out;
            this.left = length;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            left -= length;
            if (left < 0) {
                throw new IOException("a body is longer than was announced");
            }
            out.write(bytes, offset, length);
        }

        void check() throws IOException {
            if (left != 0) {
                throw new IOException("a body is shorter than was announced");
            }
        }
    }
}
