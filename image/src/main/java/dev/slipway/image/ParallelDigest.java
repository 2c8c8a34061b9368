package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// SHA-256 on a thread of its own, beside the one that reads or writes. What is given is copied
/// into a few buffers that go round; a short content never starts the thread. For use by one
/// thread.
final class ParallelDigest implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;
    private static final int BUFFERS = 8;

    private final MessageDigest digest = Digest.newSha256();
    private final BlockingQueue<Chunk> free = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(BUFFERS + 1);
    private int made = 1;
    private Chunk current = new Chunk();
    private @Nullable Thread thread;
    private long count;

    private static final class Chunk {
        private final byte[] bytes = new byte[BUFFER_BYTES];
        private int length;
        private boolean last;
    }

    /// The number of bytes so far.
    long count() {
        return count;
    }

    void update(byte[] bytes, int offset, int length) throws InterruptedIOException {
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

    /// The digest of all that was given. Nothing may be given after.
    Digest finish() throws InterruptedIOException {
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
            return new Chunk();
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
                digest.update(chunk.bytes, 0, chunk.length);
                last = chunk.last;
                chunk.length = 0;
                free.add(chunk);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // given up
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while digesting");
    }
}
