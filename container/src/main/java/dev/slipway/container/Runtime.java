package dev.slipway.container;

/// Something that runs containers. All its methods may be called from any thread.
@SuppressWarnings("AvoidCommonTypeNames") // the OCI runtime-spec's word
public interface Runtime {
    /// As `--runtime` names it.
    String name();

    /// Starts a container. When this returns, its command runs: a command that cannot be executed
    /// is an exception.
    ///
    /// @throws ContainerException if it cannot be started; nothing is left behind then
    RunningContainer start(ContainerSpec spec, ContainerIo io) throws ContainerException;
}
