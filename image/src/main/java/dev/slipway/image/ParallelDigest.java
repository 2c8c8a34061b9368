package dev.slipway.image;

import dev.slipway.linux.Fd;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// SHA-256 on a thread of its own, beside the one that reads or writes. What is given is copied
/// into a few buffers that go round, or is a range of a file, which that thread reads; a short
/// content never starts it. For use by one thread.
final class ParallelDigest implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;
    private static final int BUFFERS = 8;
    private static final int WAITING = 64;

    private final MessageDigest digest = Digest.newSha256();
    private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(WAITING);
    private int made = 1;
    private Chunk current = new Chunk(BUFFER_BYTES);
    private @Nullable Thread thread;
    private long count;

    private volatile @Nullable IOException failure;

    /// Bytes, or a range of a file.
    private static final class Chunk {
        private final byte[] bytes;
        private int length;
        private boolean last;
        private @Nullable Fd file;
        private long offset;
        private long fileBytes;

        Chunk(int room) {
            this.bytes = new byte[room];
        }
    }

    /// The number of bytes so far.
    long count() {
        return count;
    }

    void update(byte[] bytes, int offset, int length) throws IOException {
        count += length;
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (current.length == BUFFER_BYTES) {
                pass(current);
                current = take();
            }
            int n = Math.min(end - at, BUFFER_BYTES - current.length);
            System.arraycopy(bytes, at, current.bytes, current.length, n);
            current.length += n;
            at += n;
        }
    }

    /// Gives a range of a file, which must stay open and as it is until [#finish].
    void update(Fd file, long offset, long length) throws IOException {
        count += length;
        if (current.length > 0) {
            pass(current);
            current = take();
        }
        Chunk range = new Chunk(0);
        range.file = file;
        range.offset = offset;
        range.fileBytes = length;
        pass(range);
    }

    /// The digest of all that was given. Nothing may be given after.
    ///
    /// @throws IOException if a file could not be read
    Digest finish() throws IOException {
        Thread running = thread;
        if (running == null) {
            digest.update(current.bytes, 0, current.length);
        } else {
            current.last = true;
            pass(current);
            try {
                running.join();
            } catch (InterruptedException _) {
                throw interrupted();
            }
            thread = null;
        }
        if (failure != null) {
            throw failure;
        }
        return Digest.of(digest.digest());
    }

    /// Gives up, if it was not finished.
    @Override
    public void close() {
        if (thread != null) {
            thread.interrupt();
            thread = null;
        }
    }

    private void pass(Chunk chunk) throws InterruptedIOException {
        if (thread == null) {
            thread = Thread.ofPlatform().name("sha256").daemon().start(this::run);
        }
        try {
            full.put(chunk);
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    private Chunk take() throws InterruptedIOException {
        Chunk chunk = free.poll();
        if (chunk != null) {
            return chunk;
        }
        if (made < BUFFERS) {
            made++;
            return new Chunk(BUFFER_BYTES);
        }
        try {
            return free.take();
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    private void run() {
        try {
            boolean last = false;
            while (!last) {
                Chunk chunk = full.take();
                Fd file = chunk.file;
                if (file != null) {
                    read(file, chunk.offset, chunk.fileBytes);
                    continue;
                }
                digest.update(chunk.bytes, 0, chunk.length);
                last = chunk.last;
                chunk.length = 0;
                free.add(chunk);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // given up
        }
    }

    private void read(Fd file, long offset, long length) {
        if (failure == null) {
            try {
                file.digest(digest, offset, length);
            } catch (IOException e) {
                failure = e;
            }
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while digesting");
    }
}
