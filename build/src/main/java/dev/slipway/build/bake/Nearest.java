package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collection;

/// Finds what a mistyped name may have meant.
final class Nearest {
    private Nearest() {}

    /// A question for a hint, or null when nothing is near.
    static @Nullable String question(String typed, Collection<String> known) {
        String best = null;
        int least = Math.max(1, typed.length() / 3) + 1;
        for (var name : known) {
            int distance = distance(typed, name);
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
                : what + ": " + String.join(", ", known.stream().sorted().limit(20).toList());
    }

    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] last = Arrays.copyOf(row, row.length);
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
            }
        }
        return row[to.length()];
    }
}
