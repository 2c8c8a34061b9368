package dev.slipway.container;

/// Runs containers through `runc` or `crun`.
final class OciRuntime implements Runtime {
    private final String name;
    private final String program;

    /// @param program its path
    OciRuntime(String name, String program) {
        this.name = name;
        this.program = program;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RunningContainer start(ContainerSpec spec, ContainerIo io) throws ContainerException {
        return StartedContainer.start(
                spec, io, (s, bridge, warnings) -> new OciThread(program, s, bridge, warnings));
    }
}
