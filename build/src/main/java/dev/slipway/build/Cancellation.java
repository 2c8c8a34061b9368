package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Stops a build from another thread: Ctrl-C, or the first failing step.
///
/// Thread-safe. Cancelling is final; actions registered afterwards run at once.
public final class Cancellation {
    private final List<Runnable> actions = new ArrayList<>();
    private volatile boolean cancelled;

    /// Asks the build to stop: kills its containers, ends its waits.
    public void cancel() {
        List<Runnable> toRun;
        synchronized (actions) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            toRun = List.copyOf(actions);
            actions.clear();
        }
        for (var action : toRun) {
            action.run();
        }
    }

    /// Whether `cancel` was called.
    public boolean isCancelled() {
        return cancelled;
    }

    /// Has `action` run when the build is cancelled, until the returned handle is closed.
    Registration onCancel(Runnable action) {
        synchronized (actions) {
            if (!cancelled) {
                actions.add(action);
                return () -> {
                    synchronized (actions) {
                        actions.remove(action);
                    }
                };
            }
        }
        action.run();
        return () -> {};
    }

    /// Has this thread interrupted when the build is cancelled, until the returned handle is
    /// closed. What is cleaned up afterwards is not disturbed: no interruption is left behind.
    Registration interruptHere() {
        var interruption = new Interruption(Thread.currentThread());
        interruption.registration = onCancel(interruption);
        return interruption;
    }

    /// Of one thread, as long as it wants to hear of it.
    private static final class Interruption implements Runnable, Registration {
        private final Thread thread;
        private @Nullable Registration registration;
        private boolean over;
        private boolean interrupted;

        Interruption(Thread thread) {
            this.thread = thread;
        }

        @Override
        public synchronized void run() {
            if (!over) {
                interrupted = true;
                thread.interrupt();
            }
        }

        @Override
        public void close() {
            if (registration != null) {
                registration.close();
            }
            synchronized (this) {
                over = true;
                if (interrupted) {
                    var _ = Thread.interrupted();
                }
            }
        }
    }

    void check() throws BuildCancelledException {
        if (cancelled) {
            throw new BuildCancelledException();
        }
    }

    /// As [#check], where a failure may come of the cancellation.
    void checkInterrupted() throws InterruptedException {
        if (cancelled) {
            throw new InterruptedException("the build was cancelled");
        }
    }

    /// Takes an action back.
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
