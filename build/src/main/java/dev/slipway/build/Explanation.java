package dev.slipway.build;

import java.util.List;

/// Why a step was not found in the cache.
///
/// @param summary one line: `2 of 20000 files changed: src/a.c (content), src/b.c (mode 0644→0755)`
/// @param changes every change found, most telling first; empty when there is nothing to compare
///   with
/// @param files paths of files that changed; empty if none did, or too many to name
public record Explanation(Reason reason, String summary, List<String> changes, List<String> files) {

    public Explanation {
        changes = List.copyOf(changes);
        files = List.copyOf(files);
    }

    /// An explanation that files have no part in.
    public Explanation(Reason reason, String summary, List<String> changes) {
        this(reason, summary, changes, List.of());
    }

    /// The kind of miss.
    public enum Reason {
        /// The caller asked for no cache.
        NO_CACHE,
        /// No earlier record of this step is known.
        FIRST_TIME,
        /// The step itself or what it reads changed.
        CHANGED,
        /// The Dockerfile was built before, but not with this instruction.
        NEW_STEP,
        /// Only something below or beside changed: an earlier step or a stage it copies from.
        PARENT,
        /// Only the image that its stage starts from changed.
        BASE,
        /// All is the same, but the result was removed or damaged.
        LOST
    }
}
