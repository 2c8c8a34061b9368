package dev.slipway.container;

/// Runs containers with system calls of this process alone.
final class EmbeddedRuntime implements Runtime {
    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public RunningContainer start(ContainerSpec spec, ContainerIo io) throws ContainerException {
        return StartedContainer.start(spec, io, EmbeddedThread::new);
    }
}
