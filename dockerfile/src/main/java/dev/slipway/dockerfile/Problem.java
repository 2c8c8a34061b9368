package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

/// Something wrong with a Dockerfile.
///
/// @param rule BuildKit's name of the check that reports it, such as `NoEmptyContinuation`; null
///   for errors of the language
/// @param message one line, without position and suggestion
/// @param suggestion what was probably meant, or null
public record Problem(
        Severity severity,
        @Nullable String rule,
        String message,
        Range range,
        @Nullable String suggestion) {
    /// How bad it is.
    public enum Severity {
        /// The file cannot be built.
        ERROR,
        /// It can, but not as the author may think.
        WARNING
    }
}
