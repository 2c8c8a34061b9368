package dev.slipway.container;

/// Which network a container sees.
public enum NetworkMode {
    /// The host's.
    HOST,
    /// Its own, with nothing but a loopback interface.
    NONE
}
