package dev.slipway.image.compress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;

/// The compressed side of a decoder: knows its first bytes, counts, and remembers what went wrong
/// here rather than in the decoder.
final class CompressedInput extends InputStream {
    private final InputStream in;
    private final byte[] head = new byte[Format.SNIFFED_BYTES];
    private int headLength;
    private int headAt;
    private long consumed;
    private @Nullable IOException failure;

    CompressedInput(InputStream in) {
        this.in = in;
    }

    Format sniff() throws IOException {
        headLength = in.readNBytes(head, 0, head.length);
        return Format.sniff(head, headLength);
    }

    /// The number of bytes that the decoder took.
    long consumed() {
        return consumed;
    }

    /// The error to report for one the decoder threw: the stream's own as it is, another as corrupt
    /// data.
    IOException translate(IOException thrown, Format format) {
        if (failure != null) {
            return failure;
        }
        if (thrown instanceof DecompressionException) {
            return thrown;
        }
        String what = thrown.getMessage();
        return new DecompressionException(
                format, "corrupt" + (what == null ? "" : " (" + what + ")"), thrown);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        if (headAt < headLength) {
            int n = Math.min(length, headLength - headAt);
            System.arraycopy(head, headAt, into, at, n);
            headAt += n;
            consumed += n;
            return n;
        }
        try {
            int n = in.read(into, at, length);
            consumed += Math.max(n, 0);
            return n;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /// Never 0: GZIPInputStream takes that for the end, though another member may follow.
    @Override
    public int available() {
        return 1;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
