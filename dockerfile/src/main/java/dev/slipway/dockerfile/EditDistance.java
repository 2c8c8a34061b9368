package dev.slipway.dockerfile;

/// How far one word is from another: what "did you mean" is decided by.
public final class EditDistance {
    private EditDistance() {}

    /// The fewest edits (insert, delete, replace, swap of neighbours) that lead from `a` to `b`.
    ///
    /// @return `limit` when there are that many or more
    public static int between(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < last.length; j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                row[j] = Math.min(row[j - 1], last[j]) + 1;
                row[j] =
                        Math.min(
                                row[j], last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                if (isSwap(a, i, b, j)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
        }
        return Math.min(limit, last[b.length()]);
    }

    private static boolean isSwap(String a, int i, String b, int j) {
        return i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
    }
}
