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
    /// @param prefix before the versions of the plan; tags without it are of another line
    /// @param suffix behind them, such as `-alpine`
    public record VersionLine(String version, int numbers, String prefix, String suffix) {
        /// The version that a tag of this line stands for; null if it is of another line, or no
        /// version.
        @Nullable Version read(String tag) {
            boolean fits =
                    tag.length() >= prefix.length() + suffix.length()
                            && tag.startsWith(prefix)
                            && tag.endsWith(suffix);
            return fits
                    ? Version.semver(tag.substring(prefix.length(), tag.length() - suffix.length()))
                    : null;
        }
    }
}
