package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Collects what is wrong, up to a limit that only a file that is no Dockerfile reaches.
final class Problems {
    private static final int MAX = 1000;

    private final List<Problem> list = new ArrayList<>();
    private boolean trigger;
    private boolean errors;

    void error(String message, Range range) {
        error(message, range, null);
    }

    void error(String message, Range range, @Nullable String suggestion) {
        errors |= !trigger;
        Problem.Severity severity = trigger ? Problem.Severity.WARNING : Problem.Severity.ERROR;
        add(new Problem(severity, null, message, range, suggestion));
    }

    void warning(@Nullable String rule, String message, Range range) {
        add(new Problem(Problem.Severity.WARNING, rule, message, range, null));
    }

    /// Makes errors warnings: a wrong trigger fails the build that pulls it, not this one.
    void inTrigger(boolean on) {
        trigger = on;
    }

    boolean hasErrors() {
        return errors;
    }

    private void add(Problem problem) {
        if (list.size() < MAX) {
            list.add(problem);
        }
    }

    List<Problem> sorted() {
        if (list.size() > 1) {
            list.sort(Comparator.comparing(p -> p.range().start()));
        }
        return list;
    }
}
