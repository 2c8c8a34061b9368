package dev.slipway.image;

import dev.slipway.linux.Fd;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A blob that is being written, for those who need not wait for its end: what is there of it does
/// not change any more. It can be read as long as this is open, whatever becomes of the file.
/// Thread-safe.
public final class GrowingBlob implements AutoCloseable {
    private final Fd file;
    private long size;
    private boolean ended;
    private boolean taken;
    private boolean closed;
    private @Nullable Digest digest;

    GrowingBlob(Path file) throws LinuxException {
        this.file = Fd.open(file, OpenFlags.O_RDONLY, 0);
    }

    /// The writer wrote on.
    synchronized void grew(long newSize) {
        size = newSize;
        notifyAll();
    }

    /// The writer wrote all.
    ///
    /// @param whole null if it gave up
    synchronized void end(@Nullable Digest whole) {
        if (!ended) {
            ended = true;
            digest = whole;
            notifyAll();
        }
    }

    /// Waits until so many bytes are there, or all that come.
    ///
    /// @return how many are there
    /// @throws IOException if the writer gave up
    public synchronized long await(long bytes) throws IOException {
        while (size < bytes && !ended) {
            try {
                wait();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
        if (ended && digest == null) {
            throw new IOException("the blob was not written to its end");
        }
        return size;
    }

    /// Waits for the end, and returns the digest.
    ///
    /// @throws IOException if the writer gave up
    public synchronized Digest awaitDigest() throws IOException {
        await(Long.MAX_VALUE);
        return java.util.Objects.requireNonNull(digest);
    }

    /// The digest if the blob is whole already; null before, and if the writer gave up.
    public synchronized @Nullable Digest digest() {
        return digest;
    }

    /// Reads what is there, from a byte on. The stream must not be used after [#close].
    public InputStream open(long from) {
        return new BulkInput() {
            private long at = from;

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int n = file.readAt(into, offset, length, at);
                at += Math.max(n, 0);
                return n;
            }
        };
    }

    /// Tells the writer that the whole blob is where it was meant to go.
    public synchronized void taken() {
        taken = true;
        notifyAll();
    }

    /// Waits until the blob was taken, or nobody reads it any more, or for so long.
    ///
    /// @return whether it was taken
    synchronized boolean awaitTaken(Duration most) throws InterruptedIOException {
        long end = System.nanoTime() + most.toNanos();
        while (!taken && !closed) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
        return taken;
    }

    /// Reads no more.
    @Override
    public void close() {
        file.close();
        synchronized (this) {
            closed = true;
            notifyAll();
        }
    }
}
