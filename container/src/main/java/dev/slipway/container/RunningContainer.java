package dev.slipway.container;

import java.util.List;

/// A container that was started. All methods may be called from any thread.
public interface RunningContainer extends AutoCloseable {
    /// The process id of its first process, as the host sees it.
    int pid();

    /// What was asked for and could not be done, such as a limit this machine cannot enforce. One
    /// line each.
    List<String> warnings();

    /// Waits until its first process has ended and all its output has been passed on.
    ///
    /// @return the exit code; 128 + the signal's number if a signal ended it
    /// @throws ContainerException if passing its output on failed
    int waitFor() throws ContainerException, InterruptedException;

    /// Sends a signal to its first process. Nothing happens once it has ended.
    void signal(int signal) throws ContainerException;

    /// Sets the size of its terminal, if it has one.
    void resize(int rows, int columns) throws ContainerException;

    /// Kills what still runs, unmounts, and takes away the mount targets that were made in its
    /// upper directory. When this returns the upper directory is ready to become a layer.
    @Override
    void close() throws ContainerException;
}
