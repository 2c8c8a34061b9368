package dev.slipway.build;

import org.jspecify.annotations.Nullable;

/// Sources of one COPY or ADD that come from the same place.
///
/// @param from the step whose files they are; null: the context
/// @param spec as if they were the only ones
/// @param name what they are called in the step's key
record CopyPart(@Nullable Step from, CopySpec spec, String name) {
    /// The name of the part that stands for files of the context.
    static final String FILES = "files";

    static CopyPart of(@Nullable Step from, CopySpec spec) {
        return new CopyPart(from, spec, name(from));
    }

    /// What a part of a key is called that stands for files of `from`.
    static String name(@Nullable Step from) {
        return from instanceof Step.Origin origin
                ? FILES + " of " + origin.files().keyName()
                : FILES;
    }

    /// Whether the files are read where they are, rather than out of layers.
    boolean isOfContext() {
        return from == null || from instanceof Step.Origin;
    }
}
