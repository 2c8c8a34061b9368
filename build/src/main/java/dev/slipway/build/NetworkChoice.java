package dev.slipway.build;

/// The network a RUN sees.
public enum NetworkChoice {
    /// What the build was asked for; the host's when it was asked for nothing.
    DEFAULT,
    /// The host's.
    HOST,
    /// A loopback interface and nothing else.
    NONE
}
