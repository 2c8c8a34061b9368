package dev.slipway.cli.progress;

import dev.slipway.build.BuildListener;

/// A view of a build. Close it before anything else is printed: a terminal is left clean then,
/// whatever happened.
public interface Progress extends BuildListener, AutoCloseable {
    /// Ends the view; safe to call twice and from another thread than the build's.
    @Override
    void close();
}
