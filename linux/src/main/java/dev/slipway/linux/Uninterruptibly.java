package dev.slipway.container;

import java.util.concurrent.CountDownLatch;

/// Waiting that an interrupt does not end; it shows afterwards.
final class Uninterruptibly {
    private Uninterruptibly() {}

    private interface Wait {
        void once() throws InterruptedException;
    }

    static void await(CountDownLatch latch) {
        repeat(latch::await);
    }

    static void join(Thread thread) {
        repeat(thread::join);
    }

    private static void repeat(Wait wait) {
        boolean interrupted = false;
        while (true) {
            try {
                wait.once();
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
