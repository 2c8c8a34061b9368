package dev.slipway.container;

/// Something that runs containers. All its methods may be called from any thread.
@SuppressWarnings("AvoidCommonTypeNames") // the OCI runtime-spec's word
public interface Runtime extends AutoCloseable {
    /// As `--runtime` names it.
    String name();

    /// Starts a container. When this returns, its command runs: a command that cannot be executed
    /// is an exception.
    ///
    /// @throws ContainerException if it cannot be started; nothing is left behind then
    RunningContainer start(ContainerSpec spec, ContainerIo io) throws ContainerException;

    /// Tells that a container without special rights will be started soon, so that what does not
    /// depend on its image can be made beside other work. Only a hint: it costs no more than time
    /// if none is.
    ///
    /// @param shmSizeBytes as [ContainerSpec#shmSizeBytes]
    default void expect(NetworkMode network, long shmSizeBytes) {
        // Most make all when it is needed.
    }

    /// Lets go of what it keeps for further containers, which may be started all the same. One that
    /// keeps nothing need not be closed: see [Runtimes].
    @Override
    default void close() {
        // Most keep nothing.
    }
}
