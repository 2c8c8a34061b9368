package dev.slipway.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Java streams over an [Fd].
final class FdStreams {
    private FdStreams() {}

    static final class In extends InputStream {
        private final Fd fd;

        In(Fd fd) {
            this.fd = fd;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return fd.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return fd.read(buffer, offset, length);
        }

        @Override
        public void close() {
            fd.close();
        }
    }

    static final class Out extends OutputStream {
        private final Fd fd;

        Out(Fd fd) {
            this.fd = fd;
        }

        @Override
        public void write(int b) throws IOException {
            fd.write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            fd.write(buffer, offset, length);
        }

        @Override
        public void close() {
            fd.close();
        }
    }
}
