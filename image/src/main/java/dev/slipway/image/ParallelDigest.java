package dev.slipway.image;

import dev.slipway.linux.Fd;
import dev.slipway.linux.Sha256;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;

/// SHA-256 on a thread of its own, beside the one that reads or writes. What is given is copied
/// into a few buffers that go round, or is a range of a file, which that thread reads; a short
/// content never starts it. For use by one thread.
final class ParallelDigest implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 << 10;
    private static final int BUFFERS = 8;
    private static final int WAITING = 64;

    private MessageDigest digest = Digest.newSha256();
    private final Midstates midstates = new Midstates();
    private long digested;
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
        private @Nullable MessageDigest also;
        private @Nullable CountDownLatch reached;

        Chunk(int room) {
            this.bytes = new byte[room];
        }
    }

    /// Begins behind what another digest had taken in. To be called before anything is given.
    ///
    /// @param steps how many of the other's `states` to begin behind
    /// @return false, with nothing done, if that cannot be
    boolean resume(Midstates states, int steps) {
        long bytes = (long) steps * Midstates.STEP_BYTES;
        MessageDigest resumed = Sha256.resume(states.after(steps), bytes);
        if (resumed == null) {
            return false;
        }
        digest = resumed;
        digested = bytes;
        count = bytes;
        midstates.addAll(states, steps);
        return true;
    }

    /// What it came to on the way. To be asked for after [#finish].
    Midstates midstates() {
        return midstates;
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
        update(file, offset, length, null);
    }

    /// As [#update(Fd, long, long)].
    ///
    /// @param also gets the same bytes, on the digest's thread; null: nothing does
    void update(Fd file, long offset, long length, @Nullable MessageDigest also)
            throws IOException {
        count += length;
        passCurrent();
        Chunk range = new Chunk(0);
        range.file = file;
        range.offset = offset;
        range.fileBytes = length;
        range.also = also;
        pass(range);
    }

    /// Waits until all that was given is taken in.
    ///
    /// @throws IOException if a file could not be read
    void await() throws IOException {
        passCurrent();
        Chunk mark = new Chunk(0);
        CountDownLatch reached = new CountDownLatch(1);
        mark.reached = reached;
        pass(mark);
        try {
            reached.await();
        } catch (InterruptedException _) {
            throw interrupted();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void passCurrent() throws InterruptedIOException {
        if (current.length > 0) {
            pass(current);
            current = take();
        }
    }

    /// The digest of all that was given. Nothing may be given after.
    ///
    /// @throws IOException if a file could not be read
    Digest finish() throws IOException {
        Thread running = thread;
        if (running == null) {
            digest(current);
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
                if (chunk.reached != null) {
                    chunk.reached.countDown();
                    continue;
                }
                if (file != null) {
                    read(file, chunk);
                    continue;
                }
                digest(chunk);
                last = chunk.last;
                chunk.length = 0;
                free.add(chunk);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // given up
        }
    }

    private void digest(Chunk chunk) {
        int at = 0;
        while (at < chunk.length) {
            int n = (int) toNextStep(chunk.length - at);
            digest.update(chunk.bytes, at, n);
            at += n;
            passed(n);
        }
    }

    private void read(Fd file, Chunk range) {
        long at = range.offset;
        long end = at + range.fileBytes;
        try {
            while (at < end && failure == null) {
                long n = toNextStep(end - at);
                file.digest(digest, range.also, at, n);
                at += n;
                passed(n);
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    private long toNextStep(long most) {
        return Math.min(most, Midstates.STEP_BYTES - digested % Midstates.STEP_BYTES);
    }

    private void passed(long bytes) {
        digested += bytes;
        if (digested % Midstates.STEP_BYTES == 0) {
            midstates.add(digest);
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while digesting");
    }
}
