package dev.slipway.linux;

import java.util.concurrent.CountDownLatch;

/// Waiting that an interrupt does not end; it shows afterwards. No lambda: it would be made when
/// first needed, and some of this is needed at each start.
public final class Uninterruptibly {
    private Uninterruptibly() {}

    /// Waits until the latch is open.
    public static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        show(interrupted);
    }

    /// Waits for the end of a thread that was started.
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        show(interrupted);
    }

    private static void show(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
