package dev.slipway.container;

/// A device of the host that a container may use.
///
/// @param source the device on the host, such as `/dev/fuse`
/// @param target where the container sees it, an absolute path
/// @param permissions letters of `rwm`: read, write, mknod
public record Device(String source, String target, String permissions) {}
