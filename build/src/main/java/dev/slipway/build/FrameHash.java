package dev.slipway.build;

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
        int length = latin1.length();
        addLength(length);
        for (int i = 0; i < length; i++) {
            if (filled == BUFFER_BYTES) {
                flush();
            }
            buffer[filled++] = (byte) latin1.charAt(i);
        }
    }

    void add(byte[] bytes) {
        addLength(bytes.length);
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

    private void addLength(int length) {
        if (filled > BUFFER_BYTES - 4) {
            flush();
        }
        buffer[filled++] = (byte) (length >>> 24);
        buffer[filled++] = (byte) (length >>> 16);
        buffer[filled++] = (byte) (length >>> 8);
        buffer[filled++] = (byte) length;
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
