package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

/// A variable that a bake file declares.
///
/// @param type as declared, else as its value tells
/// @param value after overrides; null when it has none
public record BakeVariable(String name, String type, @Nullable String value, String description) {}
