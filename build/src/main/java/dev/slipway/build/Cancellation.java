package dev.slipway.build;

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

    void check() throws BuildCancelledException {
        if (cancelled) {
            throw new BuildCancelledException();
        }
    }

    /// Takes an action back.
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
