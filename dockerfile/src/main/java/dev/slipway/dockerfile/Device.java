package dev.slipway.dockerfile;

/// A `RUN --device`: a CDI device.
///
/// @param required whether the build fails if there is no such device
public record Device(String name, boolean required) {}
