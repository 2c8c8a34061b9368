package dev.slipway.build;

import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;

import java.io.IOException;
import java.io.InputStream;

/// The content of a file as it was found: neither more nor fewer bytes, and at the end it must not
/// have changed since.
final class UnchangedInput extends InputStream {
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

    private void check() throws IOException {
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
