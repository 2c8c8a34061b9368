package dev.slipway.base;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/// Passes output on line by line, and keeps the last lines to show when it ends badly. Safe for use
/// by several threads.
final class LastLines extends OutputStream {
    private static final int KEPT = 20;
    private static final int MAX_LINE = 4096;

    private final Consumer<String> listener;
    private final ArrayDeque<String> kept = new ArrayDeque<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LastLines(Consumer<String> listener) {
        this.listener = listener;
    }

    @Override
    public synchronized void write(int b) {
        if (b == '\n' || line.size() >= MAX_LINE) {
            end();
        }
        if (b != '\n') {
            line.write(b);
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            write(bytes[i]);
        }
    }

    private void end() {
        var text = line.toString(StandardCharsets.UTF_8).stripTrailing();
        line.reset();
        if (kept.size() == KEPT) {
            kept.removeFirst();
        }
        kept.addLast(text);
        listener.accept(text);
    }

    /// The last lines, each indented.
    synchronized String text() {
        if (line.size() > 0) {
            end();
        }
        return "  " + String.join("\n  ", kept);
    }
}
