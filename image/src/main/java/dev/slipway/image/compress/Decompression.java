package dev.slipway.image.compress;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.XZInputStream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/// Opens streams that may be compressed: gzip, zstd, bzip2 and xz, told by their first bytes.
/// Several compressed streams one behind the other read as one.
public final class Decompression {
    private static final int BUFFER_BYTES = 64 << 10;

    /// Enough for `xz -9`.
    private static final int XZ_MEMORY_KIB = 100 << 10;

    private Decompression() {}

    /// The content of `in`, decompressed if it is compressed.
    ///
    /// @param in closed with the stream returned
    /// @return a stream whose reads throw [DecompressionException] when the data is corrupt or
    ///   expands beyond `limits`, and pass on what `in` throws
    public static InputStream open(InputStream in, DecompressionLimits limits) throws IOException {
        CompressedInput source = new CompressedInput(in);
        Format format = source.sniff();
        if (format == Format.NONE) {
            return new BoundedOutput(source, format, source, limits);
        }
        try {
            return new BoundedOutput(decoder(source, format), format, source, limits);
        } catch (IOException e) {
            throw source.translate(e, format);
        }
    }

    private static InputStream decoder(CompressedInput in, Format format) throws IOException {
        return switch (format) {
            case NONE -> in;
            case GZIP -> new GZIPInputStream(in, BUFFER_BYTES);
            case ZSTD -> ZstdStreams.decompress(in);
            case BZIP2 ->
                    new BZip2CompressorInputStream(new BufferedInputStream(in, BUFFER_BYTES), true);
            case XZ -> new XZInputStream(new BufferedInputStream(in, BUFFER_BYTES), XZ_MEMORY_KIB);
        };
    }

    /// What comes out, counted.
    private static final class BoundedOutput extends InputStream {
        private final InputStream decoder;
        private final Format format;
        private final CompressedInput source;
        private final DecompressionLimits limits;
        private long produced;

        BoundedOutput(
                InputStream decoder,
                Format format,
                CompressedInput source,
                DecompressionLimits limits) {
            this.decoder = decoder;
            this.format = format;
            this.source = source;
            this.limits = limits;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            int n;
            try {
                n = decoder.read(into, at, length);
            } catch (IOException e) {
                throw source.translate(e, format);
            }
            if (n > 0) {
                produced += n;
                check();
            }
            return n;
        }

        private void check() throws DecompressionException {
            if (produced > limits.bytes()) {
                throw new DecompressionException(
                        format, "expands beyond " + limits.bytes() + " bytes", null);
            }
            if (produced > limits.freeBytes()
                    && produced / limits.ratio() > Math.max(1, source.consumed())) {
                throw new DecompressionException(
                        format,
                        source.consumed() + " bytes expand to over " + produced + ": a bomb",
                        null);
            }
        }

        @Override
        public void close() throws IOException {
            try (source) {
                decoder.close();
            }
        }
    }
}
