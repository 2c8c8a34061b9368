package dev.slipway.container;

import dev.slipway.linux.Uninterruptibly;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/// A thread that makes a [Sandbox] before it is known for which container, and then becomes the
/// [EmbeddedThread] of one. What it made goes with it, at the latest with the JVM.
final class SandboxThread implements java.lang.Runnable {
    private final Sandbox.Shape shape;
    private final @Nullable NetworkNamespaces networks;
    private final CountDownLatch decided = new CountDownLatch(1);
    private volatile @Nullable EmbeddedThread container;
    private @Nullable Sandbox sandbox;
    private @Nullable Exception failure;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("slipway-container").unstarted(this);

    private SandboxThread(Sandbox.Shape shape, @Nullable NetworkNamespaces networks) {
        this.shape = shape;
        this.networks = networks;
    }

    static SandboxThread start(Sandbox.Shape shape, @Nullable NetworkNamespaces networks) {
        SandboxThread made = new SandboxThread(shape, networks);
        made.thread.start();
        return made;
    }

    Sandbox.Shape shape() {
        return shape;
    }

    /// Has it run a container, and end then.
    ///
    /// @return the thread
    Thread run(EmbeddedThread task) {
        container = task;
        decided.countDown();
        return thread;
    }

    /// Has it end: nobody needs it.
    void dismiss() {
        decided.countDown();
    }

    /// What it made. To be called on this thread, by what [#run(EmbeddedThread)] gave it.
    ///
    /// @throws ContainerException as [Sandbox#enter]
    Sandbox sandbox() throws ContainerException, IOException {
        if (failure instanceof ContainerException e) {
            throw e;
        }
        if (failure instanceof IOException e) {
            throw e;
        }
        Sandbox made = sandbox;
        if (made == null) {
            throw new IllegalStateException(failure);
        }
        return made;
    }

    @Override
    public void run() {
        try {
            sandbox = Sandbox.enter(shape, networks);
        } catch (ContainerException | IOException | RuntimeException e) {
            failure = e; // told to the container that gets it, if one does
        }
        Uninterruptibly.await(decided);
        EmbeddedThread task = container;
        if (task != null) {
            task.run();
        } else if (sandbox != null) {
            sandbox.close();
        }
    }
}
