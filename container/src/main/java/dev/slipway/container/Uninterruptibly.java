package dev.slipway.container;

import java.util.concurrent.CountDownLatch;

/// Waiting that an interrupt does not end; it shows afterwards.
final class Uninterruptibly {
    private Uninterruptibly() {}

    static void await(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
