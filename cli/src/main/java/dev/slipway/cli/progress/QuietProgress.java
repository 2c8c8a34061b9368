package dev.slipway.cli.progress;

import dev.slipway.build.BuildEvent;

/// Shows nothing.
public final class QuietProgress implements Progress {
    @Override
    public void on(BuildEvent event) {
        // The build speaks through its result alone.
    }

    @Override
    public void close() {
        // Nothing was shown.
    }
}
