package dev.slipway.build;

/// One named component of a cache key's pre-image, such as `env.PATH` and its value.
///
/// The name is part of what is hashed, and what a person reads when a miss is explained.
record KeyPart(String name, String value) {}
