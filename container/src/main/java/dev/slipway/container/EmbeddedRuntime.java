package dev.slipway.container;

import org.jspecify.annotations.Nullable;

/// Runs containers with system calls of this process alone.
final class EmbeddedRuntime implements Runtime {
    private final @Nullable NetworkNamespaces networks;

    /// @param networks what it keeps for further containers; null: nothing
    EmbeddedRuntime(@Nullable NetworkNamespaces networks) {
        this.networks = networks;
    }

    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public RunningContainer start(ContainerSpec spec, ContainerIo io) throws ContainerException {
        return StartedContainer.start(
                spec,
                io,
                (given, bridge, warnings) -> new EmbeddedThread(given, bridge, warnings, networks));
    }

    @Override
    public void close() {
        if (networks != null) {
            networks.close();
        }
    }
}
