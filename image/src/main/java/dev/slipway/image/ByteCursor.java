package dev.slipway.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the numbers and texts of a layer index. What it reads has passed a checksum.
final class ByteCursor {
    private final byte[] bytes;
    private int at;

    ByteCursor(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    /// Goes to a place.
    void moveTo(int position) {
        at = position;
    }

    int position() {
        return at;
    }

    void skip(int length) {
        at += length;
    }

    int int32() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value = value << 8 | (bytes[at++] & 0xff);
        }
        return value;
    }

    /// Seven bits a byte, lowest first.
    long varint64() {
        byte first = bytes[at];
        if (first >= 0) {
            at++;
            return first;
        }
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = bytes[at++];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    int varint32() {
        return (int) varint64();
    }

    long zigzag64() {
        long value = varint64();
        return (value >>> 1) ^ -(value & 1);
    }

    String text(int length) {
        String text = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
        at += length;
        return text;
    }

    byte[] bytes(int length) {
        byte[] copy = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return copy;
    }
}
