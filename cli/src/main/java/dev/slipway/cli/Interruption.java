package dev.slipway.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Ctrl-C, SIGTERM and SIGHUP while there is work to stop cleanly.
///
/// Java turns these signals into its own end, which runs our hook first: it stops the work, waits
/// until the command has cleaned up, and lets the end go on. The process then has the exit code of
/// the signal, 130 or 143.
final class Interruption implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 15;
    private static final AtomicBoolean UNDER_WAY = new AtomicBoolean();

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook;

    private Interruption(Runnable stop) {
        hook =
                new Thread(
                        () -> {
                            UNDER_WAY.set(true);
                            stop.run();
                            await(over);
                        },
                        "interruption");
    }

    /// Has `stop` run when the process is told to end, until this is closed.
    static Interruption listen(Runnable stop) {
        Interruption interruption = new Interruption(stop);
        try {
            Runtime.getRuntime().addShutdownHook(interruption.hook);
        } catch (IllegalStateException _) {
            stop.run(); // the end has begun already
        }
        return interruption;
    }

    /// Whether the process is ending by a signal; its exit code is decided then.
    static boolean isUnderWay() {
        return UNDER_WAY.get();
    }

    /// The work is over, stopped or not.
    @Override
    public void close() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The end has begun: the hook goes on by itself.
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return; // better to leave than to hang
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
