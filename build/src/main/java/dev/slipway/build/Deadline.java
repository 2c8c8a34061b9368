package dev.slipway.build;

import dev.slipway.container.ContainerException;
import dev.slipway.container.RunningContainer;
import dev.slipway.linux.ChildProcess;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/// Kills a container that runs longer than it may.
final class Deadline implements AutoCloseable {
    private final @Nullable Thread clock;
    private volatile boolean passed;

    private Deadline(RunningContainer container, long nanos) {
        clock = nanos <= 0 ? null : Thread.ofVirtual().unstarted(() -> watch(container, nanos));
    }

    /// Begins to count.
    ///
    /// @param nanos how long it may run; 0: as long as it wants
    static Deadline start(RunningContainer container, long nanos) {
        var deadline = new Deadline(container, nanos);
        if (deadline.clock != null) {
            deadline.clock.start();
        }
        return deadline;
    }

    private void watch(RunningContainer container, long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
            passed = true;
            container.signal(ChildProcess.SIGKILL);
        } catch (InterruptedException e) {
            return; // it ended in time
        } catch (ContainerException e) {
            return; // it ended just now
        }
    }

    /// Whether it was killed for the time it took.
    boolean passed() {
        return passed;
    }

    @Override
    public void close() {
        if (clock != null) {
            clock.interrupt();
        }
    }
}
