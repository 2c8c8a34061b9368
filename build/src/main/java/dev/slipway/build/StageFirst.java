package dev.slipway.build;

/// Says that a stage cannot be planned further before another one is. The planner does so and goes
/// on where it stopped: thousands of stages that each need the one before take no deep stack.
final class StageFirst extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int index;

    /// @param index of the stage that is needed
    StageFirst(int index) {
        super(null, null, false, false);
        this.index = index;
    }

    int index() {
        return index;
    }
}
