package dev.slipway.cli.progress;

import dev.slipway.build.Explanation;

import java.util.List;

/// Words for cache misses.
final class Misses {
    private Misses() {}

    /// Whether the miss is worth a line without being asked: something of the step itself changed,
    /// or was lost.
    static boolean isTelling(Explanation why) {
        return why.reason() == Explanation.Reason.CHANGED
                || why.reason() == Explanation.Reason.BASE
                || why.reason() == Explanation.Reason.LOST;
    }

    /// The changes that the line does not tell already.
    static List<String> details(Explanation why) {
        return why.changes().equals(List.of(why.summary())) ? List.of() : why.changes();
    }

    /// One line, such as `cache miss: 1 of 3 files changed: src/a.c (content)`.
    static String line(Explanation why) {
        return "cache miss: " + why.summary();
    }
}
