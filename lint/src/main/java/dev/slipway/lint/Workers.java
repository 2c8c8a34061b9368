package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/// Does work that keeps a processor busy on as many threads as there are processors.
final class Workers {
    private static final int FEW = 8; // starting a thread would take longer

    private Workers() {}

    /// Does `work` for each number from 0 up to `count`. The first failure is thrown here.
    static void forEach(int count, IntConsumer work) {
        forEach(count, FEW, work);
    }

    /// As [#forEach(int, IntConsumer)].
    ///
    /// @param few up to how many are done by this thread alone
    static void forEach(int count, int few, IntConsumer work) {
        int helpers = Math.min(Runtime.getRuntime().availableProcessors(), count) - 1;
        if (count <= few || helpers < 1) {
            for (int i = 0; i < count; i++) {
                work.accept(i);
            }
            return;
        }
        AtomicInteger next = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Runnable task =
                () -> {
                    try {
                        int i = next.getAndIncrement();
                        while (i < count && failure.get() == null) {
                            work.accept(i);
                            i = next.getAndIncrement();
                        }
                    } catch (RuntimeException | Error e) {
                        failure.compareAndSet(null, e);
                    }
                };
        Thread[] threads = new Thread[helpers];
        for (int i = 0; i < helpers; i++) {
            threads[i] = Thread.ofPlatform().daemon().name("lint").start(task);
        }
        task.run();
        for (Thread thread : threads) {
            join(thread);
        }
        switch (failure.get()) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {}
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // what it does has an end
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
