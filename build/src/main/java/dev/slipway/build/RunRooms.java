package dev.slipway.build;

import dev.slipway.image.ImageException;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// Directories that RUN steps work in, one of them made while the step before runs: a file system
/// may take some tenths of a millisecond for each. Thread-safe.
final class RunRooms implements AutoCloseable {
    private final Store store;
    private final Disposal disposal;
    private final Deque<Room> spare = new ArrayDeque<>();

    RunRooms(Store store, Disposal disposal) {
        this.store = store;
        this.disposal = disposal;
    }

    /// @param upper an empty directory for what the step changes
    /// @param work an empty directory for the rest
    record Room(Path upper, Path work) {}

    /// One that belongs to the caller.
    Room take() throws ImageException {
        var made = poll();
        return made == null ? make() : made;
    }

    private synchronized @Nullable Room poll() {
        return spare.poll();
    }

    private Room make() throws ImageException {
        return new Room(store.newTemp("upper"), store.newTemp("work"));
    }

    /// Makes one to be taken later, unless there is one.
    void prepare() throws ImageException {
        synchronized (this) {
            if (!spare.isEmpty()) {
                return;
            }
        }
        var made = make();
        synchronized (this) {
            spare.add(made);
        }
    }

    /// Removes what nobody took. To be called when no step runs any more.
    @Override
    public void close() {
        for (var room = poll(); room != null; room = poll()) {
            disposal.remove(room.upper);
            disposal.remove(room.work);
        }
    }
}
