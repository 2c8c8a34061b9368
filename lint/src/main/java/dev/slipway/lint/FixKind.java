package dev.slipway.lint;

/// Whether a change can be made without asking.
public enum FixKind {
    /// There is none.
    NONE,
    /// The image stays the same, or could not be built before.
    SAFE,
    /// The image may change: somebody should look.
    UNSAFE
}
