package dev.slipway.build;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// Passes events on, one at a time and in the order of their times.
final class Events {
    private final Clock clock;
    private final List<BuildListener> listeners = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();

    Events(Clock clock, BuildListener listener) {
        this.clock = clock;
        listeners.add(listener);
    }

    /// Adds a listener; only before the first event.
    void add(BuildListener listener) {
        listeners.add(listener);
    }

    Clock clock() {
        return clock;
    }

    void emit(Function<Instant, BuildEvent> event) {
        lock.lock();
        try {
            var made = event.apply(clock.instant());
            for (var listener : listeners) {
                listener.on(made);
            }
        } finally {
            lock.unlock();
        }
    }

    void warn(String message) {
        emit(time -> new BuildEvent.Warning(time, message, null));
    }
}
