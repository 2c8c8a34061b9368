package dev.slipway.build;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A file that takes its name when it is closed, replacing what had it; a write that fails leaves
/// what was there.
final class ReplacingFile extends OutputStream {
    private final Path target;
    private final Path temporary;
    private final OutputStream out;
    private boolean failed;
    private boolean closed;

    ReplacingFile(Path target) throws IOException {
        this.target = target;
        // Not beside a device such as /dev/stdout, which is written as it is.
        boolean replace = !Files.exists(target) || Files.isRegularFile(target);
        this.temporary =
                replace
                        ? target.resolveSibling(
                                "." + target.getFileName() + "." + ProcessHandle.current().pid())
                        : target;
        this.out = Files.newOutputStream(temporary);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        boolean done = false;
        try {
            out.write(bytes, offset, length);
            done = true;
        } finally {
            failed |= !done;
        }
    }

    /// Marks what was written as not worth keeping.
    void fail() {
        failed = true;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        out.close();
        if (temporary.equals(target)) {
            return;
        }
        if (failed) {
            Files.deleteIfExists(temporary);
        } else {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
