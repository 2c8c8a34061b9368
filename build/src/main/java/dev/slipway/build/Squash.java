package dev.slipway.build;

/// Which layers of an image are put together into one. The cache keeps the steps' own layers, so a
/// squashed build is found and continued like any other.
public enum Squash {
    /// None.
    NONE,
    /// Those that the build adds to its base.
    NEW,
    /// All, those of the base included.
    ALL,
    /// Those of each stage that the result is made of.
    STAGE;

    /// Reads what stands after `--squash=`; nothing is the same as `new`.
    ///
    /// @throws IllegalArgumentException if there is no such way
    public static Squash of(String word) {
        return switch (word) {
            case "", "new", "true", "1" -> NEW;
            case "all" -> ALL;
            case "stage" -> STAGE;
            case "false", "0" -> NONE;
            default ->
                    throw new IllegalArgumentException(
                            "there are all, new and stage, not \"" + word + "\"");
        };
    }
}
