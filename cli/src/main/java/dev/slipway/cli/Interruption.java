package dev.slipway.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C, SIGTERM and SIGHUP while there is work to stop cleanly.
///
/// Java turns these signals into its own end, which runs our hook first: it stops the work, waits
/// until the command has cleaned up behind itself ([#workIsOver]), and lets the end go on. The
/// process then has the exit code of the signal, 130 or 143.
final class Interruption implements AutoCloseable {
    private static final CountDownLatch OVER = new CountDownLatch(1);
    private static volatile boolean underWay;

    private final Thread hook;

    private Interruption(Runnable stop, long patienceSeconds) {
        hook =
                new Thread(
                        () -> {
                            underWay = true;
                            stop.run();
                            await(patienceSeconds);
                        },
                        "interruption");
    }

    /// Has `stop` run when the process is told to end, until this is closed.
    ///
    /// @param patienceSeconds how long the end may be held up for the work to stop
    static Interruption listen(Runnable stop, long patienceSeconds) {
        Interruption interruption = new Interruption(stop, patienceSeconds);
        try {
            Runtime.getRuntime().addShutdownHook(interruption.hook);
        } catch (IllegalStateException _) {
            stop.run(); // the end has begun already
        }
        return interruption;
    }

    /// Whether the process is ending by a signal; its exit code is decided then.
    static boolean isUnderWay() {
        return underWay;
    }

    /// The command has cleaned up: an end that waits goes on.
    static void workIsOver() {
        OVER.countDown();
    }

    /// There is nothing to stop any more.
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The end has begun: it waits until the command is over.
        }
    }

    private static void await(long patienceSeconds) {
        try {
            if (!OVER.await(patienceSeconds, TimeUnit.SECONDS)) {
                return; // better to leave than to hang
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
