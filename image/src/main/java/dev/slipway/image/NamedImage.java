package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// An image that the store holds, under one of its names.
///
/// @param name null for a dangling image, one that lost its name or never had one
/// @param target its manifest or index
/// @param taggedAt when it got this name
public record NamedImage(@Nullable Reference name, Descriptor target, Instant taggedAt) {}
