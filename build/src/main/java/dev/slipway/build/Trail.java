package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// A list that only grows, of which what it holds so far can be kept without a copy. So a stage of
/// thousands of lines, each of which sees all that stand above it, takes no more room than they do.
/// One thread at a time, until nothing is added any more.
final class Trail<T> {
    private final @Nullable Trail<T> before;
    private final int beforeLength;
    private final List<T> own = new ArrayList<>();

    Trail() {
        this(null, 0);
    }

    private Trail(@Nullable Trail<T> before, int beforeLength) {
        this.before = before;
        this.beforeLength = beforeLength;
    }

    void add(T item) {
        own.add(item);
    }

    /// One that begins with what this one holds now, and goes its own way from here.
    Trail<T> fork() {
        return own.isEmpty() && before != null
                ? new Trail<>(before, beforeLength)
                : new Trail<>(this, own.size());
    }

    /// All of it, in the order it was added in.
    List<T> toList() {
        var stretches = new ArrayDeque<List<T>>();
        int length = own.size();
        for (var at = this; at != null; at = at.before) {
            stretches.addFirst(at.own.subList(0, length));
            length = at.beforeLength;
        }
        var all = new ArrayList<T>();
        for (var stretch : stretches) {
            all.addAll(stretch);
        }
        return all;
    }
}
