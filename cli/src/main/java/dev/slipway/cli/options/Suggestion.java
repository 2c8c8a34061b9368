package dev.slipway.cli.options;

import dev.slipway.dockerfile.EditDistance;

import org.jspecify.annotations.Nullable;

/// "Did you mean": the known name nearest to what was typed.
public final class Suggestion {
    private Suggestion() {}

    /// The nearest of `known`, or null when none is near enough to be meant.
    public static @Nullable String nearest(String typed, Iterable<String> known) {
        String best = null;
        int bestDistance = Math.max(1, typed.length() / 3) + 1;
        for (String name : known) {
            int distance = EditDistance.between(typed, name, bestDistance);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = name;
            }
        }
        if (best == null && typed.length() >= 3) {
            for (String name : known) {
                if (name.startsWith(typed)) {
                    return name;
                }
            }
        }
        return best;
    }
}
