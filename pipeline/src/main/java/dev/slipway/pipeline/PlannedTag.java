package dev.slipway.pipeline;

import org.jspecify.annotations.Nullable;

/// A tag that the rules give.
///
/// @param reason which rule gave it, and of what
/// @param line for what versions it stands: the version itself, or `1.2`, `1` and `latest` as
///   prefixes of it; null: it stands for no version
public record PlannedTag(
        String name, String reason, @Nullable VersionLine line, boolean immutable) {
    /// A tag that moves from version to version.
    ///
    /// @param numbers how many numbers of the version it fixes: 0 for `latest`, 1 for `1`
    public record VersionLine(String version, int numbers) {}
}
