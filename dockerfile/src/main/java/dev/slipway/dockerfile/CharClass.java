package dev.slipway.dockerfile;

/// A character class of a path pattern, such as `[a-z_]` or `[^0-9]`.
final class CharClass {
    private final boolean negated;
    private final int[] bounds;

    /// @param bounds lowest and highest of each range, in turn
    CharClass(boolean negated, int[] bounds) {
        this.negated = negated;
        this.bounds = bounds;
    }

    boolean contains(int c) {
        for (int i = 0; i < bounds.length; i += 2) {
            if (bounds[i] <= c && c <= bounds[i + 1]) {
                return !negated;
            }
        }
        return negated;
    }
}
