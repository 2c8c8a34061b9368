package dev.slipway.build.record;

import org.jspecify.annotations.Nullable;

/// Work of a build outside its plan's steps, such as writing an output.
///
/// @param startNanos when it began, counted from the start of the build
/// @param error why it failed; null when it did not
public record RecordedTask(String name, long startNanos, long nanos, @Nullable String error) {}
