package dev.slipway.image.compress;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Gzip (RFC 1952) made by several threads, the way of pigz: the input is cut into blocks of 128
/// KiB, each deflated by itself with the 32 KiB before it as dictionary, and ended on a byte
/// boundary, so that the results can be put one behind the other. A block that is mostly noise is a
/// [NoisyBlock]. Cuts and choices depend on the input alone, hence so do the bytes.
final class GzipOutput extends OutputStream {
    private static final int BLOCK = 128 << 10;
    private static final int DICTIONARY = 32 << 10;

    /// No name, no time, unknown system: RFC 1952, 2.3.1.
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final OutputStream out;
    private final int level;
    private final int pendingMax;
    private final ExecutorService workers;
    private final Queue<Deflater> deflaters = new ConcurrentLinkedQueue<>();
    private final Deque<Future<Deflated>> pending = new ArrayDeque<>();
    private final CRC32 checksum = new CRC32();
    private long length;

    /// The dictionary for the block, and then the block: one array.
    private byte[] block = new byte[DICTIONARY + BLOCK];

    private int dictionary;
    private int filled;
    private boolean closed;

    GzipOutput(OutputStream out, int level, int threads) throws IOException {
        this.out = out;
        this.level = level;
        this.pendingMax = threads * 2;
        this.workers =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().name("gzip-", 0).daemon().factory());
        out.write(HEADER);
    }

    /// A block as it goes into the stream.
    static final class Deflated {
        private final byte[] bytes;
        private final int length;

        Deflated(byte[] bytes, int length) {
            this.bytes = bytes;
            this.length = length;
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        checksum.update(bytes, offset, count);
        length += count;
        int at = offset;
        int end = offset + count;
        while (at < end) {
            if (filled == BLOCK) {
                submit(false);
            }
            int n = Math.min(end - at, BLOCK - filled);
            System.arraycopy(bytes, at, block, dictionary + filled, n);
            filled += n;
            at += n;
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            submit(true);
            while (!pending.isEmpty()) {
                writeOldest();
            }
            byte[] trailer = new byte[8];
            littleEndian(trailer, 0, (int) checksum.getValue());
            littleEndian(trailer, 4, (int) length);
            out.write(trailer);
        } finally {
            workers.shutdownNow();
            deflaters.forEach(Deflater::end);
        }
    }

    private void submit(boolean last) throws IOException {
        while (pending.size() >= pendingMax) {
            writeOldest();
        }
        byte[] input = block;
        int from = dictionary;
        int count = filled;
        pending.add(workers.submit(() -> deflate(input, from, count, last)));
        // The worker reads the old array still; the next block starts in a new one.
        block = new byte[DICTIONARY + BLOCK];
        dictionary = Math.min(DICTIONARY, from + count);
        System.arraycopy(input, from + count - dictionary, block, 0, dictionary);
        filled = 0;
    }

    private Deflated deflate(byte[] input, int from, int count, boolean last) {
        // What is less than a block is deflated fast enough.
        Deflated noisy = count == BLOCK ? NoisyBlock.deflate(input, from, count, last) : null;
        if (noisy != null) {
            return noisy;
        }
        Deflater free = deflaters.poll();
        Deflater deflater = free == null ? new Deflater(level, true) : free;
        deflater.reset();
        if (from > 0) {
            deflater.setDictionary(input, 0, from);
        }
        deflater.setInput(input, from, count);
        byte[] output = new byte[count + count / 1000 + 64];
        int made = 0;
        if (last) {
            deflater.finish();
        }
        while (true) {
            int flush = last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH;
            made += deflater.deflate(output, made, output.length - made, flush);
            // Room left over means that all is out, the flush as well.
            if (last ? deflater.finished() : made < output.length) {
                break;
            }
            output = Arrays.copyOf(output, output.length * 2);
        }
        deflaters.add(deflater);
        return new Deflated(output, made);
    }

    private void writeOldest() throws IOException {
        try {
            Deflated deflated = pending.remove().get();
            out.write(deflated.bytes, 0, deflated.length);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while compressing");
        } catch (ExecutionException e) {
            throw new IOException("gzip failed", e.getCause());
        }
    }

    private static void littleEndian(byte[] into, int at, int value) {
        for (int i = 0; i < 4; i++) {
            into[at + i] = (byte) (value >>> (8 * i));
        }
    }
}
