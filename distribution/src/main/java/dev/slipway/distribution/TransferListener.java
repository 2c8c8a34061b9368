package dev.slipway.distribution;

import dev.slipway.image.Descriptor;

import java.time.Duration;

/// Is told how transfers go on, by several threads at once.
public interface TransferListener {
    /// How a blob came to where it should be.
    enum Outcome {
        /// Its bytes were sent or received.
        TRANSFERRED,
        /// It was there already.
        PRESENT,
        /// The registry took it from another of its repositories.
        MOUNTED
    }

    /// A blob's turn has come.
    ///
    /// @param done bytes that need not be moved again, as an earlier attempt did
    default void started(Descriptor blob, long done) {}

    /// More of a blob was moved; fewer than 0 if it must be moved again.
    default void moved(Descriptor blob, long bytes) {}

    /// A blob is where it should be.
    default void finished(Descriptor blob, Outcome outcome) {}

    /// A layer is being compressed before it can be pushed.
    default void compressing(Descriptor layer) {}

    /// What a blob is that was begun while it was made.
    ///
    /// @param before what it was called until now
    default void identified(Descriptor before, Descriptor blob) {}

    /// A request failed and will be repeated.
    default void waiting(String host, Duration pause, String reason) {}

    /// Something the user should know.
    default void warning(String message) {}

    /// One that does not care.
    static TransferListener none() {
        return new TransferListener() {};
    }
}
