package dev.slipway.build.record;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A step of a build, and what became of it.
///
/// @param number unique in the build, from 1
/// @param kind `run`, `copy`, `add`, `workdir`, `image` or `scratch`
/// @param stage empty for an image that is only copied from
/// @param name as progress shows it
/// @param instruction on one line
/// @param file the Dockerfile it stands in; null when it stands in none
/// @param firstLine 1-based; 0 when it stands in no file
/// @param lastLine 1-based, inclusive
/// @param inputs numbers of the steps it needed, the one below it first
/// @param startNanos when it began, counted from the start of the build; -1: it never did
/// @param nanos how long it took; 0 when nothing was done
/// @param size what its layer holds as a tar, in bytes; 0 when it made none
/// @param diffId its layer; null when it has none, or is not known
/// @param reason why it missed the cache, as in `rawjson`; null when it did not
/// @param summary the reason in one line; empty without one
/// @param error why it failed; null when it did not
/// @param logLines how many lines it wrote
public record RecordedStep(
        int number,
        String kind,
        String stage,
        String name,
        String instruction,
        String platform,
        @Nullable String file,
        int firstLine,
        int lastLine,
        List<Integer> inputs,
        Verdict verdict,
        long startNanos,
        long nanos,
        long size,
        @Nullable String diffId,
        @Nullable String reason,
        String summary,
        List<String> changes,
        @Nullable String error,
        int logLines) {
    public RecordedStep {
        inputs = List.copyOf(inputs);
        changes = List.copyOf(changes);
    }

    /// What became of a step.
    public enum Verdict {
        /// Found in the cache by its definition.
        CACHED,
        /// Found in the cache by what its inputs hold, though they were made another way.
        CACHED_BY_CONTENT,
        /// Done.
        DONE,
        /// Failed.
        FAILED,
        /// Given up, as another failed or the build was stopped.
        CANCELED,
        /// Never reached, or not needed as a later step was found.
        SKIPPED;

        /// The word shown in lists.
        public String word() {
            return switch (this) {
                case CACHED -> "cached";
                case CACHED_BY_CONTENT -> "cached (content)";
                case DONE -> "done";
                case FAILED -> "failed";
                case CANCELED -> "canceled";
                case SKIPPED -> "skipped";
            };
        }

        /// Whether it came from the cache.
        public boolean isCached() {
            return this == CACHED || this == CACHED_BY_CONTENT;
        }
    }

    /// Whether it is only what a stage starts from.
    public boolean isBase() {
        return kind.equals("image") || kind.equals("scratch");
    }
}
