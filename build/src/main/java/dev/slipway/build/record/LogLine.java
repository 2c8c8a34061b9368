package dev.slipway.build.record;

import java.time.Instant;

/// A line that a RUN wrote, without its line break.
///
/// @param step the number of the step
/// @param isError whether it went to standard error
public record LogLine(int step, Instant time, boolean isError, String text) {}
