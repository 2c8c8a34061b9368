package dev.slipway.build;

import org.jspecify.annotations.Nullable;

/// One `RUN --mount`, with variables resolved and defaults filled in.
public sealed interface RunMount {
    /// Absolute path in the container; empty for a secret that is only an environment variable.
    String target();

    /// Files of the context, a stage or an image.
    ///
    /// @param from the step whose files are mounted; null: the context
    /// @param source path inside them, absolute
    /// @param readWrite whether writes are allowed; they are dropped at the end
    record Bind(@Nullable Step from, String source, String target, boolean readWrite)
            implements RunMount {}

    /// A directory that outlives the build.
    ///
    /// @param from what a new cache starts with; null: nothing
    /// @param source path inside `from`
    /// @param uid owner of a new cache; -1: not said
    /// @param gid group of a new cache; -1: not said
    /// @param mode permission bits of a new cache; -1: not said
    record Cache(
            String id,
            Sharing sharing,
            String target,
            boolean readOnly,
            @Nullable Step from,
            String source,
            int uid,
            int gid,
            int mode)
            implements RunMount {}

    /// A file system in memory.
    ///
    /// @param sizeBytes 0: no limit of its own
    record Tmpfs(String target, long sizeBytes, boolean readOnly) implements RunMount {}

    /// A secret, as a file, an environment variable, or both.
    ///
    /// @param env null: no variable
    record Secret(
            String id,
            String target,
            @Nullable String env,
            boolean required,
            int uid,
            int gid,
            int mode)
            implements RunMount {}

    /// The socket of an ssh agent.
    record Ssh(String id, String target, boolean required, int uid, int gid, int mode)
            implements RunMount {}

    /// Who may use a cache at the same time.
    enum Sharing {
        /// All.
        SHARED,
        /// Each gets a cache of its own.
        PRIVATE,
        /// One after the other.
        LOCKED
    }
}
