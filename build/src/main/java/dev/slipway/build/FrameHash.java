package dev.slipway.build;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/// SHA-256 over many short components, each preceded by its length, gathered in a buffer: for a
/// line per file of a large tree.
final class FrameHash {
    private static final int BUFFER_BYTES = 16 << 10;

    private final MessageDigest digest = KeyHash.sha256();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;

    FrameHash(String domain) {
        add(domain);
    }

    /// Adds text of one byte per char.
    void add(String latin1) {
        add(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Adds a number, which needs no length.
    void add(int number) {
        if (filled > BUFFER_BYTES - 4) {
            flush();
        }
        buffer[filled++] = (byte) (number >>> 24);
        buffer[filled++] = (byte) (number >>> 16);
        buffer[filled++] = (byte) (number >>> 8);
        buffer[filled++] = (byte) number;
    }

    void add(byte[] bytes) {
        add(bytes.length);
        if (bytes.length > BUFFER_BYTES - filled) {
            flush();
        }
        if (bytes.length > BUFFER_BYTES) {
            digest.update(bytes);
        } else {
            System.arraycopy(bytes, 0, buffer, filled, bytes.length);
            filled += bytes.length;
        }
    }

    private void flush() {
        digest.update(buffer, 0, filled);
        filled = 0;
    }

    /// The digest in lower-case hex. Ends the hash.
    String hex() {
        flush();
        return HexFormat.of().formatHex(digest.digest());
    }
}
