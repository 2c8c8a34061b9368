package dev.slipway.image.tar;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Writes an archive in the canonical form of [TarEncoder], in pieces of 128 KiB. The order of
/// members is the caller's. Not for use by several threads.
public final class TarWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int filled;
    private long flushed;
    private long left;
    private long size;

    /// @param out gets the archive; closed by [#close]
    public TarWriter(OutputStream out) {
        this.out = out;
    }

    /// The number of bytes written so far: in front of a member's content, its offset.
    public long position() {
        return flushed + filled;
    }

    /// Starts a member. Its `size` bytes of content must follow.
    ///
    /// @throws IllegalStateException if the last member's content is not complete
    public void begin(TarEntry entry) throws IOException {
        requireComplete();
        byte[] header = TarEncoder.header(entry);
        copy(header, 0, header.length);
        size = entry.size();
        left = size;
    }

    /// Writes content of the current member.
    ///
    /// @throws IllegalArgumentException if it is more than the member's size
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > left) {
            throw new IllegalArgumentException("content exceeds the size of " + size + " bytes");
        }
        copy(bytes, offset, length);
        advance(length);
    }

    /// Writes all content of the current member from `in`, which is read to its end.
    ///
    /// @throws ContentSizeException if `in` is shorter or longer than the member's size
    public void content(InputStream in) throws IOException {
        while (left > 0) {
            if (filled == buffer.length) {
                flush();
            }
            int n = in.read(buffer, filled, (int) Math.min(left, buffer.length - filled));
            if (n < 0) {
                throw new ContentSizeException(size, size - left);
            }
            filled += n;
            advance(n);
        }
        if (in.read() >= 0) {
            throw new ContentSizeException(size, size + 1);
        }
    }

    /// Writes what is still buffered, so that `out` may be written to by other means.
    public void flush() throws IOException {
        out.write(buffer, 0, filled);
        flushed += filled;
        filled = 0;
    }

    /// Says that `bytes` of the current member's content were written to `out` by other means after
    /// [#flush].
    public void contentWritten(long bytes) throws IOException {
        if (filled > 0 || bytes > left) {
            throw new IllegalStateException(filled + " bytes are not flushed, " + left + " wanted");
        }
        flushed += bytes;
        advance(bytes);
    }

    /// Says that `bytes` were written to `out` by other means after [#flush]: the current member's
    /// content with its padding, and whole members after it.
    public void written(long bytes) {
        if (filled > 0) {
            throw new IllegalStateException(filled + " bytes are not flushed");
        }
        flushed += bytes;
        left = 0;
    }

    /// Ends the archive. Nothing may be written after.
    public void finish() throws IOException {
        requireComplete();
        byte[] end = TarEncoder.end();
        copy(end, 0, end.length);
        flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private void advance(long length) throws IOException {
        left -= length;
        if (left == 0) {
            copy(new byte[TarHeader.BLOCK], 0, TarEncoder.padding(size));
        }
    }

    private void requireComplete() {
        if (left > 0) {
            throw new IllegalStateException(left + " bytes of content are missing");
        }
    }

    private void copy(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (filled == buffer.length) {
                flush();
            }
            int n = Math.min(end - at, buffer.length - filled);
            System.arraycopy(bytes, at, buffer, filled, n);
            filled += n;
            at += n;
        }
    }
}
