package dev.slipway.container;

import org.jspecify.annotations.Nullable;

import java.io.InputStream;
import java.io.OutputStream;

/// What a container's standard streams are.
public sealed interface ContainerIo {
    /// This process's own. With [ContainerSpec#terminal] the caller's terminal is in raw mode while
    /// the container runs and its changes of size are passed on.
    record Inherit() implements ContainerIo {}

    /// Streams of the caller. Output is complete when [RunningContainer#waitFor] returns.
    ///
    /// @param stdin null: empty
    record Streams(@Nullable InputStream stdin, OutputStream stdout, OutputStream stderr)
            implements ContainerIo {}

    /// A terminal whose other end are streams of the caller; needs [ContainerSpec#terminal].
    ///
    /// @param input what is typed; null: nothing
    record Pty(@Nullable InputStream input, OutputStream output, int rows, int columns)
            implements ContainerIo {}

    /// This process's own streams.
    static ContainerIo inherit() {
        return new Inherit();
    }
}
