package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/// The threads of one build. The first failure, or a cancellation, interrupts all.
final class Workers implements AutoCloseable {
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final CompletableFuture<Snapshot> outcome = new CompletableFuture<>();
    private final Cancellation.Registration registration;

    Workers(Cancellation cancellation) {
        registration =
                cancellation.onCancel(
                        () -> outcome.completeExceptionally(new BuildCancelledException()));
    }

    /// Does the main task and waits for it, or for the first failure of any.
    Snapshot run(Callable<Snapshot> main)
            throws BuildException, BuildCancelledException, InterruptedException {
        start(() -> {
            outcome.complete(main.call());
        });
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            close();
        }
    }

    private static BuildException failure(@Nullable Throwable cause)
            throws BuildCancelledException {
        return switch (cause) {
            case BuildException e -> e;
            case BuildCancelledException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null -> throw new IllegalStateException();
            default -> BuildException.io("the build failed", cause);
        };
    }

    /// Does a task beside the main one; only its failure is of interest here.
    void fork(Callable<?> task) {
        start(task::call);
    }

    private void start(Task task) {
        try {
            executor.execute(() -> run(task));
        } catch (RejectedExecutionException e) {
            outcome.completeExceptionally(new BuildCancelledException());
        }
    }

    private void run(Task task) {
        try {
            task.run();
        } catch (BuildCancelledException e) {
            return; // another one failed, and tells why
        } catch (Throwable e) {
            if (outcome.completeExceptionally(e)) {
                executor.shutdownNow();
            }
        }
    }

    /// Interrupts what still runs and waits for its end, so that nothing is left behind.
    @Override
    public void close() {
        registration.close();
        executor.shutdownNow();
        boolean interrupted = false;
        while (!executor.isTerminated()) {
            try {
                executor.awaitTermination(1, java.util.concurrent.TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Task {
        void run() throws Exception;
    }
}
