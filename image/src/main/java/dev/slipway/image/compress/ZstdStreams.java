package dev.slipway.image.compress;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.github.luben.zstd.util.ZstdVersion;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Zstandard through zstd-jni. Apart, so that its library is loaded only by who needs it.
final class ZstdStreams {
    /// 128 MiB, the most that zstd itself decodes unasked.
    private static final int MAX_WINDOW_LOG = 27;

    private ZstdStreams() {}

    static String id(int level) {
        return "zstd-" + level + "/libzstd-" + ZstdVersion.VERSION;
    }

    /// The job size depends on the level alone, so any number of workers gives the same bytes; no
    /// workers at all would not.
    static OutputStream compress(OutputStream out, int level, int threads) throws IOException {
        var zstd = new ZstdOutputStreamNoFinalizer(out, level);
        zstd.setChecksum(true);
        zstd.setWorkers(Math.max(1, threads));
        return new java.io.BufferedOutputStream(zstd, 128 << 10);
    }

    static InputStream decompress(InputStream in) throws IOException {
        var zstd = new ZstdInputStreamNoFinalizer(in);
        zstd.setLongMax(MAX_WINDOW_LOG);
        return zstd;
    }
}
