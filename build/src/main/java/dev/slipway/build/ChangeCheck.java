package dev.slipway.build;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// Asks something of all changes of results, and only once of those that many results begin with.
/// What held once must go on to hold. Thread-safe.
final class ChangeCheck {
    private final Set<Snapshot> held =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    /// What is asked of a change.
    @FunctionalInterface
    interface Test {
        boolean holds(Snapshot.Change change) throws IOException;
    }

    /// Whether `test` holds of each change, the oldest asked first.
    boolean all(Snapshot result, Test test) throws IOException {
        var pending = new ArrayDeque<Snapshot>();
        for (var at = result; at != null && at.count() > 0 && !held.contains(at); at = at.below()) {
            pending.push(at);
        }
        for (var at : pending) {
            if (!test.holds(at.last())) {
                return false;
            }
            if (at.count() % ResultBlock.CHANGES == 0) {
                held.add(at);
            }
        }
        return true;
    }
}
