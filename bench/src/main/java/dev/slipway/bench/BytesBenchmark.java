package dev.slipway.bench;

import dev.slipway.image.compress.Compression;
import dev.slipway.image.compress.Decompression;
import dev.slipway.image.compress.DecompressionLimits;
import dev.slipway.linux.Sha256;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// What is done to every byte of a layer, for 16 MiB: `bench/micro Bytes`.
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class BytesBenchmark extends ShortRun {
    private static final int BYTES = 16 << 20;

    private final byte[] content = new byte[BYTES];
    private byte[] gzipped = {};

    /// Makes the content: words of a small vocabulary with noise between them, which gzip halves
    /// and more, as it does files of programs.
    @Setup
    public void write() throws IOException {
        Random random = new Random(45);
        byte[] word = new byte[12];
        byte[][] words = new byte[4096][];
        for (int i = 0; i < words.length; i++) {
            random.nextBytes(word);
            words[i] = java.util.Arrays.copyOf(word, 3 + random.nextInt(9));
        }
        int at = 0;
        while (at < BYTES) {
            byte[] next = words[random.nextInt(words.length)];
            int n = Math.min(next.length, BYTES - at);
            System.arraycopy(next, 0, content, at, n);
            at += n;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        gzip(out, 2);
        gzipped = out.toByteArray();
    }

    private void gzip(OutputStream to, int threads) throws IOException {
        try (OutputStream out = Compression.gzip().to(to, threads)) {
            out.write(content);
        }
    }

    /// Gzip with one thread.
    @Benchmark
    public void gzipOneThread() throws IOException {
        gzip(OutputStream.nullOutputStream(), 1);
    }

    /// Gzip with two threads.
    @Benchmark
    public void gzipTwoThreads() throws IOException {
        gzip(OutputStream.nullOutputStream(), 2);
    }

    /// Zstandard with one thread.
    @Benchmark
    public void zstdOneThread() throws IOException {
        try (OutputStream out = Compression.zstd().to(OutputStream.nullOutputStream(), 1)) {
            out.write(content);
        }
    }

    /// Reads what gzip made, checked for bombs.
    @Benchmark
    public long gunzip() throws IOException {
        try (InputStream in =
                Decompression.open(
                        new ByteArrayInputStream(gzipped), DecompressionLimits.DEFAULT)) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    /// SHA-256 as the tool takes it.
    @Benchmark
    public byte[] sha256() {
        MessageDigest digest = Sha256.create();
        digest.update(content);
        return digest.digest();
    }

    /// The JDK's SHA-256 with the compiler that the launcher chooses.
    @Benchmark
    public byte[] sha256Jdk() throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(content);
    }

    /// The JDK's SHA-256 with the optimising compiler, once that got to it.
    @Benchmark
    @Fork(value = 1, jvmArgsAppend = "-XX:TieredStopAtLevel=4")
    public byte[] sha256JdkOptimised() throws NoSuchAlgorithmException {
        return sha256Jdk();
    }
}
