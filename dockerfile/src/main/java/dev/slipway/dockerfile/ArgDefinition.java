package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

/// A name that an `ARG` defines.
///
/// @param name as written, for [Expander#expand]
/// @param defaultValue as written, quotes and variables still there; null if there is no `=`
/// @param range the name and the value
public record ArgDefinition(String name, @Nullable String defaultValue, Range range) {}
