package dev.slipway.base;

/// Hears what happens. Called by several threads, but never by two at once.
@FunctionalInterface
public interface BaseListener {
    /// Hears nothing.
    BaseListener NONE = event -> {};

    void on(BaseEvent event);
}
