package dev.slipway.container;

import dev.slipway.linux.ChildProcess;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.ProcessSpawn;
import dev.slipway.linux.Uninterruptibly;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// One container, and the thread that carries its streams and waits for its end. What has to happen
/// in the container's namespaces is done by a [NamespaceThread].
final class StartedContainer implements RunningContainer, Runnable {
    /// Makes the thread that starts a container.
    interface Starter {
        NamespaceThread thread(ContainerSpec spec, StreamBridge bridge, Warnings warnings);
    }

    private final NamespaceThread namespaces;
    private final StreamBridge bridge;
    private final Warnings warnings = new Warnings();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile @Nullable ContainerException failure;
    private volatile @Nullable ChildProcess child;
    private volatile int exitCode;

    private StartedContainer(ContainerSpec spec, ContainerIo io, Starter starter) {
        this.bridge = new StreamBridge(io, spec.terminal());
        this.namespaces = starter.thread(spec, bridge, warnings);
    }

    /// Starts a container, and waits until its command runs.
    static StartedContainer start(ContainerSpec spec, ContainerIo io, Starter starter)
            throws ContainerException {
        if (io instanceof ContainerIo.Pty && !spec.terminal()) {
            throw new ContainerException(
                    ContainerException.Reason.INVALID_SPEC,
                    "it was not asked for a terminal",
                    null);
        }
        StartedContainer container = new StartedContainer(spec, io, starter);
        Thread.ofPlatform().daemon().name("slipway-streams").start(container);
        Uninterruptibly.await(container.started);
        ContainerException thrown = container.failure;
        if (thrown != null && container.child == null) {
            Uninterruptibly.await(container.gone);
            throw thrown;
        }
        return container;
    }

    @Override
    public void run() {
        Thread thread = namespaces.begin();
        try (bridge) {
            ProcessSpawn.link(); // beside the other thread, which mounts
            ChildProcess process = namespaces.awaitCommand();
            child = process;
            bridge.started();
            started.countDown();
            bridge.carry(process);
            exitCode = process.waitFor();
        } catch (ContainerException e) {
            failure = e;
        } catch (LinuxException e) {
            failure =
                    new ContainerException(
                            ContainerException.Reason.FAILED, String.valueOf(e.getMessage()), e);
        } finally {
            ended.countDown();
            namespaces.release();
            Uninterruptibly.join(thread);
            started.countDown();
            gone.countDown();
        }
    }

    @Override
    public int pid() {
        ChildProcess process = child;
        return process == null ? -1 : process.pid();
    }

    @Override
    public List<String> warnings() {
        return warnings.lines();
    }

    @Override
    public int waitFor() throws ContainerException, InterruptedException {
        ended.await();
        ContainerException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
        IOException lost = bridge.failure();
        if (lost != null) {
            throw new ContainerException(
                    ContainerException.Reason.FAILED,
                    "the container's output could not be passed on: " + lost.getMessage(),
                    lost);
        }
        return exitCode;
    }

    @Override
    public void signal(int signal) throws ContainerException {
        ChildProcess process = child;
        if (process == null) {
            return;
        }
        try {
            process.signal(signal);
        } catch (LinuxException e) {
            throw new ContainerException(
                    ContainerException.Reason.FAILED, "cannot signal: " + e.getMessage(), e);
        }
    }

    @Override
    public void resize(int rows, int columns) throws ContainerException {
        try {
            bridge.resize(rows, columns);
        } catch (LinuxException e) {
            throw new ContainerException(
                    ContainerException.Reason.FAILED, "cannot resize: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws ContainerException {
        signal(ChildProcess.SIGKILL);
        Uninterruptibly.await(gone);
        ContainerException untidy = namespaces.failure();
        if (untidy != null && child != null) {
            throw untidy;
        }
    }
}
