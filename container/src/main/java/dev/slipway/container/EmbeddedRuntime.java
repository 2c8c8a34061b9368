package dev.slipway.container;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Runs containers with system calls of this process alone.
final class EmbeddedRuntime implements Runtime {
    /// As many as can be made while one container runs.
    private static final int MAX_PREPARED = 4;

    private final @Nullable NetworkNamespaces networks;
    private final List<SandboxThread> prepared = new ArrayList<>();
    private boolean closed;

    /// @param networks what it keeps for further containers; null: nothing
    EmbeddedRuntime(@Nullable NetworkNamespaces networks) {
        this.networks = networks;
    }

    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public synchronized void expect(NetworkMode network, long shmSizeBytes) {
        if (networks != null && !closed && prepared.size() < MAX_PREPARED) {
            var shape = new Sandbox.Shape(network, false, shmSizeBytes);
            prepared.add(SandboxThread.start(shape, networks));
        }
    }

    private synchronized @Nullable SandboxThread take(Sandbox.Shape shape) {
        for (int i = 0; i < prepared.size(); i++) {
            if (prepared.get(i).shape().fits(shape)) {
                return prepared.remove(i);
            }
        }
        return null;
    }

    @Override
    public RunningContainer start(ContainerSpec spec, ContainerIo io) throws ContainerException {
        return StartedContainer.start(
                spec,
                io,
                (given, bridge, warnings) ->
                        new EmbeddedThread(
                                given, bridge, warnings, networks, take(Sandbox.Shape.of(given))));
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            prepared.forEach(SandboxThread::dismiss);
            prepared.clear();
        }
        if (networks != null) {
            networks.close();
        }
    }
}
