package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

/// Finds what was probably meant.
final class Suggestions {
    private static final int TOO_FAR = 3;

    private Suggestions() {}

    /// Returns the option at most two edits away that is nearest to `text`, or null.
    static @Nullable String nearest(String text, String... options) {
        String nearest = null;
        int best = TOO_FAR;
        for (String option : options) {
            int distance = EditDistance.between(text, option, best);
            if (distance < best) {
                best = distance;
                nearest = option;
            }
        }
        return best == 0 ? null : nearest;
    }
}
