package dev.slipway.cli;

import org.jspecify.annotations.Nullable;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// A standard stream, buffered, always UTF-8, that remembers why writing failed: a full disk must
/// not look like success.
final class StandardOutput extends OutputStream {
    private static final int BUFFER_BYTES = 8192;

    private final FileOutputStream target;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int used;
    private @Nullable String failure;

    StandardOutput(FileDescriptor descriptor) {
        target = new FileOutputStream(descriptor);
    }

    PrintStream text() {
        return new PrintStream(this, false, StandardCharsets.UTF_8);
    }

    /// Why output was lost, or null. A reader that went away, as `head` does, is no failure.
    @Nullable String failure() {
        return failure;
    }

    @Override
    public void write(int b) throws IOException {
        if (used == BUFFER_BYTES) {
            drain();
        }
        buffer[used++] = (byte) b;
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        if (len > BUFFER_BYTES - used) {
            drain();
        }
        if (len >= BUFFER_BYTES) {
            send(b, off, len);
        } else {
            System.arraycopy(b, off, buffer, used, len);
            used += len;
        }
    }

    @Override
    public void flush() throws IOException {
        drain();
    }

    private void drain() throws IOException {
        int length = used;
        used = 0;
        if (length > 0) {
            send(buffer, 0, length);
        }
    }

    private void send(byte[] b, int off, int len) throws IOException {
        try {
            target.write(b, off, len);
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage());
            if (failure == null && !reason.startsWith("Broken pipe")) {
                failure = reason;
            }
            throw e;
        }
    }
}
