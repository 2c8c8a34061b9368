package dev.slipway.image;

import dev.slipway.linux.Fd;
import dev.slipway.linux.Uninterruptibly;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Copies ranges of one file into another, inside the kernel, on a thread of its own: whoever plans
/// the copy goes on meanwhile. A few short ranges never start it. For use by one thread.
final class RangeCopier implements AutoCloseable {
    /// What is copied in one call, and worth an order to the disk: it begins to write, so that the
    /// sync at the end waits for less.
    private static final long PIECE_BYTES = 8 << 20;

    private static final long WORTH_A_THREAD_BYTES = 1 << 20;

    private final Fd from;
    private final Fd to;

    // All guarded by this.
    private final Deque<Range> waiting = new ArrayDeque<>();
    private @Nullable Thread thread;
    private @Nullable IOException failure;
    private boolean finished;
    private boolean stopped;

    private record Range(long offset, long length, long position) {}

    /// @param from must stay as it is, and both open, until [#finish] or [#close]
    RangeCopier(Fd from, Fd to) {
        this.from = from;
        this.to = to;
    }

    /// Has `length` bytes from `offset` on copied to `position`.
    void copy(long offset, long length, long position) throws IOException {
        Range range = new Range(offset, length, position);
        if (passes(range)) {
            return;
        }
        if (length < WORTH_A_THREAD_BYTES) {
            copy(range);
            return;
        }
        Thread made = Thread.ofPlatform().daemon().name("copy").unstarted(new Work());
        synchronized (this) {
            waiting.add(range);
            thread = made;
        }
        made.start();
    }

    private synchronized boolean passes(Range range) throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (thread == null) {
            return false;
        }
        waiting.add(range);
        notifyAll();
        return true;
    }

    /// Waits until all is copied.
    ///
    /// @throws IOException if it could not be
    void finish() throws IOException {
        Thread running;
        synchronized (this) {
            finished = true;
            notifyAll();
            running = thread;
        }
        try {
            if (running != null) {
                running.join();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while copying");
        }
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
        }
    }

    private void copy(Range range) throws IOException {
        long done = 0;
        while (done < range.length && !isStopped()) {
            long piece = Math.min(PIECE_BYTES, range.length - done);
            to.writeAt(from, range.offset + done, piece, range.position + done);
            if (piece == PIECE_BYTES) {
                to.startWriteback(range.position + done, piece);
            }
            done += piece;
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /// Null at the end.
    private synchronized @Nullable Range next() throws InterruptedException {
        while (waiting.isEmpty() && !finished && !stopped) {
            wait();
        }
        return stopped ? null : waiting.poll();
    }

    private synchronized void failed(IOException e) {
        failure = e;
    }

    /// Gives up what is not copied yet, and waits for the thread: the files may be closed next.
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            stopped = true;
            notifyAll();
            running = thread;
        }
        if (running != null) {
            Uninterruptibly.join(running);
        }
    }

    /// The thread's work. No lambda: it would be made when first needed.
    private final class Work implements Runnable {
        @Override
        public void run() {
            try {
                for (Range range = next(); range != null; range = next()) {
                    copy(range);
                }
            } catch (IOException e) {
                failed(e);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // nobody does that
            }
        }
    }
}
