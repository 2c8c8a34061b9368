package dev.slipway.build;

/// Hears what a build does. Called from many threads, one call at a time; must not block for long.
@FunctionalInterface
public interface BuildListener {
    /// Told of each event, in the order of their times.
    void on(BuildEvent event);

    /// Hears nothing.
    static BuildListener silent() {
        return _ -> {};
    }
}
