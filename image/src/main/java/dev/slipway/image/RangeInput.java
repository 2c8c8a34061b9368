package dev.slipway.image;

import dev.slipway.linux.Fd;

import java.io.IOException;

/// Part of a file.
final class RangeInput extends BulkInput {
    private final Fd fd;
    private final long end;
    private long at;

    /// @param fd closed with this stream
    RangeInput(Fd fd, long offset, long length) {
        this.fd = fd;
        this.at = offset;
        this.end = offset + length;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (at == end) {
            return -1;
        }
        int n = fd.readAt(into, offset, (int) Math.min(length, end - at), at);
        if (n < 0) {
            throw new IOException("the layer's tar was cut short");
        }
        at += n;
        return n;
    }

    @Override
    public long skip(long count) {
        long skipped = Math.clamp(count, 0, end - at);
        at += skipped;
        return skipped;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, end - at);
    }

    @Override
    public void close() {
        fd.close();
    }
}
