package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

/// A `RUN --mount` with its variables expanded; made by [MountFlag#resolve].
///
/// @param from stage, image or named context that `source` is in; null for the build context
/// @param source path in `from`; null if not given (its root)
/// @param target path in the container, perhaps relative to the working directory; null if not
///   given
/// @param readOnly as given, else true for all types but cache and tmpfs
/// @param id of a cache (else its target is), secret or ssh agent; null if not given
/// @param sharing of a cache; null if not given: shared
/// @param required of a secret or ssh agent: fail if the build was not given it
/// @param mode permission bits; null if not given
/// @param uid null if not given
/// @param gid null if not given
/// @param sizeBytes limit of a tmpfs; 0 for none
/// @param env variable that gets a secret; null if not given
public record Mount(
        Type type,
        @Nullable String from,
        @Nullable String source,
        @Nullable String target,
        boolean readOnly,
        @Nullable String id,
        @Nullable Sharing sharing,
        boolean required,
        @Nullable Integer mode,
        @Nullable Integer uid,
        @Nullable Integer gid,
        long sizeBytes,
        @Nullable String env) {
    /// The kinds of mounts.
    public enum Type {
        BIND,
        CACHE,
        TMPFS,
        SECRET,
        SSH
    }

    /// Who may use a cache at the same time.
    public enum Sharing {
        SHARED,
        PRIVATE,
        LOCKED
    }
}
