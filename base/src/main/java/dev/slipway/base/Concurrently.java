package dev.slipway.base;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// The same work for many, some at a time.
final class Concurrently {
    /// Work that fails as everything here does.
    @FunctionalInterface
    interface Task<T, R> {
        R run(T item) throws IOException, BaseException;
    }

    private Concurrently() {}

    /// Does the work, and returns the results in the order of `items`. The first failure ends all.
    static <T, R> List<R> each(List<T> items, int atOnce, Task<T, R> task)
            throws IOException, BaseException {
        var permits = new Semaphore(atOnce);
        var futures = new ArrayList<Future<R>>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var item : items) {
                futures.add(
                        executor.submit(() -> {
                            permits.acquire();
                            try {
                                return task.run(item);
                            } finally {
                                permits.release();
                            }
                        }));
            }
            var results = new ArrayList<R>();
            try {
                for (var future : futures) {
                    results.add(future.get());
                }
                return results;
            } catch (ExecutionException e) {
                executor.shutdownNow();
                throw unwrapped(e);
            } catch (InterruptedException e) {
                executor.shutdownNow();
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
        }
    }

    private static IOException unwrapped(ExecutionException e) throws IOException, BaseException {
        switch (e.getCause()) {
            case IOException io -> throw io;
            case BaseException base -> throw base;
            case RuntimeException runtime -> throw runtime;
            case Error error -> throw error;
            case null, default -> throw new IOException(e.getCause());
        }
    }
}
