package dev.slipway.cli.progress;

import dev.slipway.build.Explanation;

/// Words for cache misses.
final class Misses {
    private Misses() {}

    /// Whether the miss is worth a line without being asked: something of the step itself changed,
    /// or was lost.
    static boolean isTelling(Explanation why) {
        return why.reason() == Explanation.Reason.CHANGED
                || why.reason() == Explanation.Reason.LOST;
    }

    /// One line, such as `cache miss: 1 of 3 files changed: src/a.c (content)`.
    static String line(Explanation why) {
        return "cache miss: " + why.summary();
    }
}
