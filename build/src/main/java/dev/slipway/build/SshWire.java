package dev.slipway.build;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The data types of the ssh protocols, RFC 4251 section 5.
final class SshWire {
    private SshWire() {}

    /// Reads from a message of unknown origin.
    static final class Reader {
        private final ByteBuffer data;

        Reader(byte[] data) {
            this.data = ByteBuffer.wrap(data);
        }

        int uint32() throws IOException {
            try {
                return data.getInt();
            } catch (BufferUnderflowException e) {
                throw new IOException("cut short", e);
            }
        }

        byte[] string() throws IOException {
            int length = uint32();
            if (length < 0 || length > data.remaining()) {
                throw new IOException("cut short");
            }
            var bytes = new byte[length];
            data.get(bytes);
            return bytes;
        }

        String text() throws IOException {
            return new String(string(), StandardCharsets.UTF_8);
        }

        BigInteger mpint() throws IOException {
            var bytes = string();
            return bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
        }

        boolean isAtEnd() {
            return !data.hasRemaining();
        }
    }

    /// Puts a message together.
    static final class Writer {
        private final ByteArrayOutputStream data = new ByteArrayOutputStream();

        Writer octet(int value) {
            data.write(value);
            return this;
        }

        Writer uint32(int value) {
            data.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
            return this;
        }

        Writer string(byte[] value) {
            uint32(value.length);
            data.writeBytes(value);
            return this;
        }

        Writer text(String value) {
            return string(value.getBytes(StandardCharsets.UTF_8));
        }

        Writer mpint(BigInteger value) {
            return string(value.signum() == 0 ? new byte[0] : value.toByteArray());
        }

        byte[] bytes() {
            return data.toByteArray();
        }
    }
}
