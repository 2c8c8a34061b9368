package dev.slipway.build.bake;

import dev.slipway.dockerfile.EditDistance;

import org.jspecify.annotations.Nullable;

import java.util.Collection;

/// Finds what a mistyped name may have meant.
final class Nearest {
    private static final int MAX_LISTED = 20;

    private Nearest() {}

    /// A question for a hint, or null when nothing is near.
    static @Nullable String question(String typed, Collection<String> known) {
        String best = null;
        int least = Math.max(1, typed.length() / 3) + 1;
        for (var name : known) {
            int distance = EditDistance.between(typed, name, least);
            if (distance < least) {
                least = distance;
                best = name;
            }
        }
        return best == null ? null : "did you mean " + best + "?";
    }

    /// As [#question], else what there is.
    static String questionOrList(String typed, Collection<String> known, String what) {
        var question = question(typed, known);
        if (question != null) {
            return question;
        }
        return known.isEmpty()
                ? "there are no " + what
                : what
                        + ": "
                        + String.join(", ", known.stream().sorted().limit(MAX_LISTED).toList());
    }
}
