package dev.slipway.build;

import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/// Where the files of a context are, and how they are read.
///
/// @param directory on the host; trusted, unlike what is in it
/// @param subdirectory the part of it that is the context, resolved beneath it; empty: all
/// @param ignoreFile whose patterns hide files, on the host; null: one of `ignoreFiles`
/// @param ignoreFiles paths in the context; the first that exists counts, if any
record ContextRoot(
        Path directory,
        RawPath subdirectory,
        @Nullable Path ignoreFile,
        List<RawPath> ignoreFiles,
        Preserved preserved) {
    static final RawPath USUAL_IGNORE_FILE = RawPath.of(".dockerignore");

    ContextRoot {
        ignoreFiles = List.copyOf(ignoreFiles);
    }

    /// What files keep of their host, which they else do not.
    ///
    /// @param owner their owner, rather than 0:0
    /// @param times their time, even if it is after `SOURCE_DATE_EPOCH`
    record Preserved(boolean owner, boolean times) {
        static final Preserved NOTHING = new Preserved(false, false);
    }

    /// A directory with its own `.dockerignore`.
    static ContextRoot of(Path directory, Preserved preserved) {
        return new ContextRoot(
                directory, RawPath.ROOT, null, List.of(USUAL_IGNORE_FILE), preserved);
    }

    /// A directory of which nothing is hidden.
    static ContextRoot whole(Path directory) {
        return new ContextRoot(directory, RawPath.ROOT, null, List.of(), Preserved.NOTHING);
    }

    ContextRoot in(RawPath subdirectoryOfIt) {
        return new ContextRoot(directory, subdirectoryOfIt, ignoreFile, ignoreFiles, preserved);
    }
}
