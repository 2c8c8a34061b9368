package dev.slipway.build.record;

import org.jspecify.annotations.Nullable;

/// Why a build failed.
///
/// @param place `Dockerfile:3`; null when no line is at fault
/// @param hint what to do about it; null when nothing useful can be said
/// @param step the name of the step; null when none is at fault
/// @param exitCode of the command that failed; -1 when none did
public record RecordedFailure(
        String message,
        @Nullable String place,
        @Nullable String hint,
        @Nullable String step,
        int exitCode) {}
