package dev.slipway.base;

/// How many letters must be typed, dropped or changed to get from one name to another.
final class EditDistance {
    private EditDistance() {}

    /// The distance, or `limit + 1` when it is larger than `limit`.
    static int between(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) > limit) {
            return limit + 1;
        }
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            int least = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(previous[j], row[j - 1]));
                least = Math.min(least, row[j]);
            }
            if (least > limit) {
                return limit + 1;
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
