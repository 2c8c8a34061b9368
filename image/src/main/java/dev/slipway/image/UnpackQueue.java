package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Writes the files of a tar in the order they come in, small ones by the batch on several threads:
/// making a file costs more than its content. A large one is written by the reading thread, through
/// one buffer.
final class UnpackQueue implements AutoCloseable {
    private static final int BATCH_BYTES = 512 << 10;
    private static final int BATCH_FILES = 128;
    private static final int SMALL_BYTES = 128 << 10;

    private final LayerIndex index;
    private final Dir holder;
    private final RawPath name;
    private final int threads;
    private final Deque<Future<?>> running = new ArrayDeque<>();
    private @Nullable ExecutorService workers;
    private @Nullable TreeWriter own;
    private Batch batch = new Batch();

    UnpackQueue(LayerIndex index, Dir holder, RawPath name, int threads) {
        this.index = index;
        this.holder = holder;
        this.name = name;
        this.threads = threads;
    }

    private static final class Batch {
        private final byte[] bytes = new byte[BATCH_BYTES];
        private final int[] records = new int[BATCH_FILES];
        private final int[] starts = new int[BATCH_FILES + 1];
        private int count;
    }

    /// Takes over the content of a record, which is next in `tar`.
    void add(int record, InputStream tar) throws IOException {
        long size = index.size(record);
        if (size > SMALL_BYTES) {
            own().file(index.entry(record), tar);
            return;
        }
        int length = (int) size;
        if (batch.count == BATCH_FILES || batch.starts[batch.count] + length > BATCH_BYTES) {
            submit();
        }
        int start = batch.starts[batch.count];
        if (tar.readNBytes(batch.bytes, start, length) < length) {
            throw new EOFException();
        }
        batch.records[batch.count++] = record;
        batch.starts[batch.count] = start + length;
    }

    /// Waits until all is written.
    void finish() throws IOException {
        if (workers == null) { // too little to be worth a thread
            write(batch, own());
            return;
        }
        submit();
        while (!running.isEmpty()) {
            awaitOldest();
        }
    }

    @Override
    public void close() {
        if (workers != null) {
            workers.close();
        }
        if (own != null) {
            own.close();
        }
    }

    private TreeWriter own() throws IOException {
        if (own == null) {
            own = new TreeWriter(holder, name);
        }
        return own;
    }

    private void submit() throws IOException {
        if (workers == null) {
            workers =
                    Executors.newFixedThreadPool(
                            threads, Thread.ofPlatform().name("unpack-", 0).daemon().factory());
        }
        while (running.size() > threads) {
            awaitOldest();
        }
        Batch full = batch;
        running.add(
                workers.submit(() -> {
                    try (TreeWriter writer = new TreeWriter(holder, name)) {
                        write(full, writer);
                    }
                    return null;
                }));
        batch = new Batch();
    }

    private void write(Batch full, TreeWriter writer) throws IOException {
        for (int i = 0; i < full.count; i++) {
            int start = full.starts[i];
            writer.file(
                    index.entry(full.records[i]), full.bytes, start, full.starts[i + 1] - start);
        }
    }

    private void awaitOldest() throws IOException {
        try {
            running.remove().get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while unpacking a layer");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
