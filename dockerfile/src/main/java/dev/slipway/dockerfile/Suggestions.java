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
            if (Math.abs(option.length() - text.length()) < best) {
                int distance = distance(text, option);
                if (distance < best) {
                    best = distance;
                    nearest = option;
                }
            }
        }
        return best == 0 ? null : nearest;
    }

    // Levenshtein; both are short, as their lengths are close and options are.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
