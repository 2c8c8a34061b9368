package dev.slipway.image.tar;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;

/// The bytes of an archive: whole header blocks, and data that ends on a block boundary.
final class TarInput implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;

    private final InputStream in;
    private final long limit;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private long position;
    private long dataLeft;
    private int padding;

    TarInput(InputStream in, long limit, long offset) {
        this.in = in;
        this.limit = limit;
        this.position = offset;
    }

    /// The offset of the next byte in the archive.
    long position() {
        return position;
    }

    /// The next block; null at the end of the stream.
    byte @Nullable [] block() throws IOException {
        byte[] block = new byte[TarHeader.BLOCK];
        long start = position;
        for (int got = 0; got < block.length; ) {
            int n = some(block, got, block.length - got);
            if (n < 0) {
                if (got == 0) {
                    return null;
                }
                throw new TarException(start, "the archive ends inside a block");
            }
            got += n;
        }
        return block;
    }

    /// From here on, `length` bytes are data, and then there is padding.
    void startData(long length) throws TarException {
        if (length > limit - position) {
            throw new TarException(position, "the archive is larger than " + limit + " bytes");
        }
        dataLeft = length;
        padding = (int) (-length & (TarHeader.BLOCK - 1));
    }

    /// Reads some data; -1 at its end.
    int readData(byte[] into, int offset, int length) throws IOException {
        if (dataLeft == 0) {
            return -1;
        }
        int n = some(into, offset, (int) Math.min(length, dataLeft));
        if (n < 0) {
            throw truncated();
        }
        dataLeft -= n;
        return n;
    }

    /// Passes over the rest of the data and the padding.
    void skipData() throws IOException {
        long left = dataLeft + padding;
        while (left > 0) {
            if (at == end && !fill()) {
                if (left <= padding) { // some writers leave out the very last padding
                    break;
                }
                throw truncated();
            }
            int n = (int) Math.min(left, end - at);
            at += n;
            position += n;
            left -= n;
        }
        dataLeft = 0;
        padding = 0;
    }

    void drain() throws IOException {
        do {
            position += end - at;
            at = end;
            if (position > limit) {
                throw new TarException(position, "the archive is larger than " + limit + " bytes");
            }
        } while (fill());
    }

    /// Reads straight into `into` what would only be copied through the buffer.
    private int some(byte[] into, int offset, int length) throws IOException {
        if (at == end) {
            if (length >= BUFFER_BYTES / 2) {
                int n = in.read(into, offset, length);
                position += Math.max(n, 0);
                return n;
            }
            if (!fill()) {
                return -1;
            }
        }
        int n = Math.min(length, end - at);
        System.arraycopy(buffer, at, into, offset, n);
        at += n;
        position += n;
        return n;
    }

    private boolean fill() throws IOException {
        int n = in.read(buffer, 0, buffer.length);
        at = 0;
        end = Math.max(n, 0);
        return n > 0;
    }

    private TarException truncated() {
        return new TarException(position, "the archive ends early");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
