package dev.slipway.build;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Work that waits for a network, done so that an interruption ends it at once: virtual threads,
/// unlike others, leave a socket when they are interrupted.
final class NetworkWait {
    private NetworkWait() {}

    /// The work.
    interface Work<T> {
        T run() throws IOException;
    }

    /// Does the work and waits for it, or, when this thread is interrupted, for what it has to
    /// leave in order.
    ///
    /// @throws InterruptedIOException if this thread was interrupted
    static <T> T of(Work<T> work) throws IOException {
        if (Thread.currentThread().isVirtual()) {
            return work.run();
        }
        var task = new FutureTask<T>(work::run);
        var thread = Thread.ofVirtual().name("network").start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case IOException failure -> failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> new IOException(e);
            };
        } catch (InterruptedException _) {
            thread.interrupt();
            awaitEnd(thread);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static void awaitEnd(Thread thread) {
        boolean over = false;
        while (!over) {
            try {
                over = thread.join(Duration.ofHours(1));
            } catch (InterruptedException _) {
                // It has been told already.
            }
        }
    }
}
