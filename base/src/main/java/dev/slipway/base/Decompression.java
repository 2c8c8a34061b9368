package dev.slipway.base;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;

import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/// The compressions of Debian's packages and indexes, by file extension.
final class Decompression {
    private static final int XZ_MEMORY_KIB = 256 << 10;

    private Decompression() {}

    static InputStream open(InputStream in, String extension, String what)
            throws IOException, ArchiveException {
        return switch (extension) {
            case ".tar", "" -> in;
            case ".gz" -> new GZIPInputStream(in, 1 << 16);
            case ".xz" -> new XZInputStream(buffered(in), XZ_MEMORY_KIB);
            case ".zst" -> new ZstdInputStreamNoFinalizer(buffered(in));
            case ".bz2" -> new BZip2CompressorInputStream(buffered(in));
            case ".lzma" -> new LZMAInputStream(buffered(in), XZ_MEMORY_KIB);
            default ->
                    throw new ArchiveException(
                            what + ": the compression '" + extension + "' is not known");
        };
    }

    private static InputStream buffered(InputStream in) {
        return new BufferedInputStream(in, 1 << 16);
    }
}
