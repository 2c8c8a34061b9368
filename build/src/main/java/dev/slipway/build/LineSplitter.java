package dev.slipway.build;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Cuts what is written into lines of UTF-8 text. A line longer than the limit is cut in pieces, so
/// that a command that writes no line breaks cannot fill the memory.
final class LineSplitter extends OutputStream {
    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int FIRST_BYTES = 256;

    private final Consumer<String> lines;
    private byte[] buffer = new byte[FIRST_BYTES];
    private int length;

    LineSplitter(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public synchronized void write(int b) {
        if (b == '\n') {
            emit();
            return;
        }
        if (length == MAX_LINE_BYTES) {
            emit();
        }
        if (length == buffer.length) {
            buffer = java.util.Arrays.copyOf(buffer, length * 2);
        }
        buffer[length++] = (byte) b;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            write(bytes[i]);
        }
    }

    private void emit() {
        int end = length > 0 && buffer[length - 1] == '\r' ? length - 1 : length;
        var line = new String(buffer, 0, end, StandardCharsets.UTF_8);
        length = 0;
        lines.accept(line);
    }

    /// Passes on a last line that has no line break. Idempotent.
    synchronized void finish() {
        if (length > 0) {
            emit();
        }
    }

    @Override
    public void close() {
        finish();
    }
}
