package dev.slipway.build;

import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.BooleanSupplier;

/// The content of a file as it was found: neither more nor fewer bytes, and at the end it must not
/// have changed since.
final class UnchangedInput extends InputStream {
    private static final long PIECE_BYTES = 8 << 20;

    private final Fd fd;
    private final SourceFile file;
    private long left;
    private boolean checked;

    UnchangedInput(Fd fd, SourceFile file) {
        this.fd = fd;
        this.file = file;
        this.left = file.entry().size();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            check();
            return -1;
        }
        int count = fd.read(buffer, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new FileChangedException(file.entry().path());
        }
        left -= count;
        if (left == 0) {
            check();
        }
        return count;
    }

    /// The file itself, for reading it by other means; [#check] comes after that.
    Fd file() {
        return fd;
    }

    /// Feeds `digest` all of the content, which does not pass through the heap.
    ///
    /// @param stopped asked now and then; the digest is of no use once it said so
    void digest(MessageDigest digest, BooleanSupplier stopped) throws IOException {
        long size = file.entry().size();
        try {
            for (long at = 0; at < size && !stopped.getAsBoolean(); at += PIECE_BYTES) {
                fd.digest(digest, at, Math.min(PIECE_BYTES, size - at));
            }
        } catch (EOFException _) {
            throw new FileChangedException(file.entry().path());
        }
        check();
    }

    /// Throws if the file is no longer as it was found.
    void check() throws IOException {
        FileStat was = file.stat();
        if (checked || was == null) {
            return;
        }
        FileStat now = fd.stat();
        checked = true;
        if (now.size() != was.size()
                || now.inode() != was.inode()
                || !now.ctime().equals(was.ctime())
                || !now.mtime().equals(was.mtime())) {
            throw new FileChangedException(file.entry().path());
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
