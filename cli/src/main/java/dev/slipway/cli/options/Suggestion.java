package dev.slipway.cli.options;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// "Did you mean": the known name nearest to what was typed.
public final class Suggestion {
    private Suggestion() {}

    /// The nearest of `known`, or null when none is near enough to be meant.
    public static @Nullable String nearest(String typed, Iterable<String> known) {
        String best = null;
        int bestDistance = Math.max(1, typed.length() / 3) + 1;
        for (String name : known) {
            int distance = distance(typed, name);
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

    /// Edits (insert, delete, replace, swap of neighbours) from one word to the other.
    static int distance(String from, String to) {
        int[] beforeLast = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < last.length; j++) {
            last[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                boolean same = from.charAt(i - 1) == to.charAt(j - 1);
                int least = Math.min(row[j - 1], last[j]) + 1;
                least = Math.min(least, last[j - 1] + (same ? 0 : 1));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    least = Math.min(least, beforeLast[j - 2] + 1);
                }
                row[j] = least;
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
            Arrays.fill(row, 0);
        }
        return last[to.length()];
    }
}
