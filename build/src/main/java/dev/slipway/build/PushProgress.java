package dev.slipway.build;

import org.jspecify.annotations.Nullable;

/// Shows the pieces of a push as tasks of the build.
final class PushProgress implements Publisher.Progress {
    private final Events events;

    PushProgress(Events events) {
        this.events = events;
    }

    @Override
    public void began(String id, String what) {
        events.emit(time -> new BuildEvent.TaskStarted(time, "push-" + id, what));
    }

    @Override
    public void ended(String id, String what, long nanos, @Nullable String error) {
        events.emit(time -> new BuildEvent.TaskFinished(time, "push-" + id, what, nanos, error));
    }
}
