package dev.slipway.container;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Keeps what a container writes, and lets a test wait for it.
final class Capture extends ByteArrayOutputStream {
    @Override
    public synchronized void flush() {
        notifyAll();
    }

    /// Waits until `text` was written.
    synchronized void await(String text) throws InterruptedException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!text().contains(text)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("no \"" + text + "\" in: " + text());
            }
            wait(left);
        }
    }

    synchronized String text() {
        return toString(StandardCharsets.UTF_8);
    }
}
