package dev.slipway.build;

import java.util.List;

/// Why a step was not found in the cache.
///
/// @param summary one line: `2 of 20000 files changed: src/a.c (content), src/b.c (mode 0644→0755)`
/// @param changes every change found, most telling first; empty when there is nothing to compare
///   with
public record Explanation(Reason reason, String summary, List<String> changes) {

    public Explanation {
        changes = List.copyOf(changes);
    }

    /// The kind of miss.
    public enum Reason {
        /// The caller asked for no cache.
        NO_CACHE,
        /// No earlier record of this step is known.
        FIRST_TIME,
        /// The step itself or what it reads changed.
        CHANGED,
        /// Only something below changed: an earlier step or the base.
        PARENT,
        /// All is the same, but the result was removed or damaged.
        LOST
    }
}
