package dev.slipway.container;

/// Runs containers with system calls of this process alone.
final class EmbeddedRuntime implements Runtime {
    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public RunningContainer start(ContainerSpec spec, ContainerIo io) throws ContainerException {
        EmbeddedContainer container = new EmbeddedContainer(spec, io);
        Thread.ofPlatform().daemon().name("slipway-streams").start(container);
        container.awaitStart();
        return container;
    }
}
