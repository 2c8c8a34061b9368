package dev.slipway.distribution;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// Does several things at once, a few at a time, on virtual threads: these leave the network when
/// they are interrupted. The first failure stops the rest.
final class Parallel {
    private Parallel() {}

    /// One of the things.
    @FunctionalInterface
    interface Task {
        void run() throws IOException;
    }

    /// @param width how many at a time
    static void run(int width, List<? extends Task> tasks) throws IOException {
        var slots = new Semaphore(width);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ExecutorCompletionService<Boolean>(threads);
            for (Task task : tasks) {
                running.submit(() -> {
                    slots.acquire();
                    try {
                        task.run();
                        return true;
                    } finally {
                        slots.release();
                    }
                });
            }
            try {
                for (int i = 0; i < tasks.size(); i++) {
                    Future<Boolean> done = running.take();
                    done.get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw failure(e.getCause());
            } catch (InterruptedException _) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    static IOException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> new IOException("a transfer failed");
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case InterruptedException _ -> new InterruptedIOException("interrupted");
            default -> new IOException(cause);
        };
    }
}
