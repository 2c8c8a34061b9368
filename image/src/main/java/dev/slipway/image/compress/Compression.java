package dev.slipway.image.compress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;

/// How a layer is compressed: the format and the level. The same input gives the same bytes
/// whatever the number of threads and however it is cut into writes.
public sealed interface Compression {
    /// Not at all.
    Compression NONE = new None();

    /// Gzip at a level that makes layers about as small as docker's and skopeo's default. Level 6,
    /// that of most, takes two to four times as long for 2 to 7 % less.
    static Compression gzip() {
        return new Gzip(4);
    }

    /// Zstandard at its own default level.
    static Compression zstd() {
        return new Zstd(3);
    }

    /// The compression that BuildKit's `compression=` and `compression-level=` name.
    ///
    /// @param kind `uncompressed`, `gzip` or `zstd`
    /// @param level a number; null: the format's own default, which 0 is to zstd
    /// @throws IllegalArgumentException saying what is wrong
    static Compression named(String kind, @Nullable String level) {
        int number = level == null ? -1 : number(level);
        return switch (kind) {
            case "uncompressed" -> NONE;
            case "gzip" -> number < 0 ? gzip() : new Gzip(number);
            case "zstd" -> number <= 0 ? zstd() : new Zstd(number);
            case "estargz", "nydus", "overlaybd" ->
                    throw new IllegalArgumentException(
                            "compression \""
                                    + kind
                                    + "\" is not available: it is for lazily pulling snapshotters;"
                                    + " there are gzip, zstd and uncompressed");
            default ->
                    throw new IllegalArgumentException(
                            "unknown compression \""
                                    + kind
                                    + "\": there are gzip, zstd and uncompressed");
        };
    }

    private static int number(String level) {
        boolean plain = !level.isEmpty() && level.length() <= 2;
        for (int i = 0; plain && i < level.length(); i++) {
            plain = level.charAt(i) >= '0' && level.charAt(i) <= '9';
        }
        if (!plain) {
            throw new IllegalArgumentException("compression-level is no such number: " + level);
        }
        return Integer.parseInt(level);
    }

    /// What the stream is, in front of the caller.
    Format format();

    /// Names all that the compressed bytes depend on besides the input: format, level and the code
    /// that made them. Different ids may give different bytes.
    String id();

    /// A stream that compresses to `out`. Closing it ends the compressed stream and closes `out`.
    ///
    /// @param threads the most to work on it, at least 1; has no influence on the bytes
    OutputStream to(OutputStream out, int threads) throws IOException;

    /// No compression.
    record None() implements Compression {
        @Override
        public Format format() {
            return Format.NONE;
        }

        @Override
        public String id() {
            return "none";
        }

        @Override
        public OutputStream to(OutputStream out, int threads) {
            return out;
        }
    }

    /// RFC 1952, in independent blocks.
    ///
    /// @param level 0 (stored as it is), 1 (fast) to 9 (small)
    record Gzip(int level) implements Compression {
        public Gzip {
            if (level < 0 || level > 9) {
                throw new IllegalArgumentException("gzip has the levels 0 to 9, not " + level);
            }
        }

        @Override
        public Format format() {
            return Format.GZIP;
        }

        /// The deflater is the runtime's zlib, so its version is part of the id.
        @Override
        public String id() {
            return "gzip-" + level + "/blocks-3/java-" + System.getProperty("java.vm.version");
        }

        @Override
        public OutputStream to(OutputStream out, int threads) throws IOException {
            return new GzipOutput(out, level, threads);
        }
    }

    /// RFC 8878.
    ///
    /// @param level 1 (fast) to 19 (small)
    record Zstd(int level) implements Compression {
        public Zstd {
            if (level < 1 || level > 19) {
                throw new IllegalArgumentException("zstd has the levels 1 to 19, not " + level);
            }
        }

        @Override
        public Format format() {
            return Format.ZSTD;
        }

        @Override
        public String id() {
            return ZstdStreams.id(level);
        }

        @Override
        public OutputStream to(OutputStream out, int threads) throws IOException {
            return ZstdStreams.compress(out, level, threads);
        }
    }
}
