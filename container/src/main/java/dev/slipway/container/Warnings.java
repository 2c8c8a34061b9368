package dev.slipway.container;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// What could not be done as asked, one line each. Safe for use by several threads.
final class Warnings {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    void add(String line) {
        lines.add(line);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
