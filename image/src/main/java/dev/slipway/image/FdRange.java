package dev.slipway.image;

import dev.slipway.linux.Fd;
import dev.slipway.linux.LinuxException;

import java.io.InputStream;

/// Part of a file as a stream, with a position of its own. Unbuffered; closing it leaves the file
/// open.
final class FdRange extends InputStream {
    private final Fd fd;
    private final long end;
    private long at;

    FdRange(Fd fd, long from, long end) {
        this.fd = fd;
        this.at = from;
        this.end = end;
    }

    @Override
    public int read() throws LinuxException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws LinuxException {
        if (at >= end) {
            return -1;
        }
        int n = fd.readAt(into, offset, (int) Math.min(length, end - at), at);
        at += Math.max(n, 0);
        return n;
    }
}
