package dev.slipway.cli.progress;

import dev.slipway.build.BuildEvent;
import dev.slipway.build.Explanation;
import dev.slipway.build.SourceLines;
import dev.slipway.build.Step;
import dev.slipway.cli.output.Human;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Lines that never move, as `buildx --progress=plain` prints them: `#5 [2/3] RUN make`, `#5 0.4 cc
/// a.c`, `#5 DONE 1.2s`.
///
/// Steps and tasks are numbered in the order they first appear. A block ends with an empty line;
/// one that another interrupts says `#5 ...` and starts again with its name.
public final class PlainProgress implements Progress {
    private final PrintStream out;
    private final boolean explain;
    private final Map<Object, Integer> numbers = new HashMap<>();
    private final Map<Object, Instant> starts = new HashMap<>();
    private final Set<Object> finished = new HashSet<>();
    private final Map<Object, String> tasks = new HashMap<>();
    private Object current = "";
    private boolean closed;

    /// A view of one build.
    ///
    /// @param explain whether every change that caused a miss is told, not the summary alone
    public PlainProgress(PrintStream out, boolean explain) {
        this.out = out;
        this.explain = explain;
    }

    @Override
    public synchronized void on(BuildEvent event) {
        if (closed) {
            return;
        }
        switch (event) {
            case BuildEvent.Planned _, BuildEvent.Finished _, BuildEvent.Failed _ -> {}
            case BuildEvent.TaskStarted(Instant time, String id, String name) -> {
                starts.put(id, time);
                tasks.put(id, name);
                open(id, name);
            }
            case BuildEvent.TaskFinished(_, String id, String name, long nanos, String error) -> {
                open(id, name);
                end(id, error == null ? "DONE " + Human.seconds(nanos) : "ERROR: " + error);
            }
            case BuildEvent.Warning(_, String message, SourceLines source) -> {
                leave();
                out.println(
                        "WARNING: "
                                + message
                                + (source == null ? "" : " (" + source.place() + ")"));
                out.println();
            }
            default -> step(event);
        }
        out.flush();
    }

    private void step(BuildEvent event) {
        switch (event) {
            case BuildEvent.StepStarted(Instant time, Step step) -> {
                starts.put(step, time);
                open(step, step.name());
            }
            case BuildEvent.StepExplained(_, Step step, Explanation why) -> explained(step, why);
            case BuildEvent.StepCached(_, Step step, _, _) -> {
                open(step, step.name());
                end(step, "CACHED");
            }
            case BuildEvent.StepWaiting(_, Step step) ->
                    line(step, "waiting for another build that is doing the same");
            case BuildEvent.StepProgress(_, Step step, String what, long done, long total) -> {
                if (total >= 0 && done >= total) {
                    line(step, what + " done");
                }
            }
            case BuildEvent.StepLog(Instant time, Step step, _, String text) ->
                    line(step, sinceStart(step, time) + " " + text);
            case BuildEvent.StepFinished(_, Step step, long nanos, _, _) -> {
                open(step, step.name());
                end(step, "DONE " + Human.seconds(nanos));
            }
            case BuildEvent.StepFailed(_, Step step, _, String message) -> {
                open(step, step.name());
                end(step, "ERROR: " + message);
            }
            case BuildEvent.StepCancelled(_, Step step) -> {
                open(step, step.name());
                end(step, "CANCELED");
            }
            default -> throw new IllegalStateException("not of a step: " + event);
        }
    }

    private void explained(Step step, Explanation why) {
        if (!explain && !Misses.isTelling(why)) {
            return;
        }
        line(step, Misses.line(why));
        if (explain) {
            for (String change : Misses.details(why)) {
                line(step, "  " + change);
            }
        }
    }

    private String sinceStart(Step step, Instant time) {
        Instant start = starts.getOrDefault(step, time);
        long millis = Math.max(0, Duration.between(start, time).toMillis());
        String fraction = Long.toString(millis % 1000);
        return millis / 1000 + "." + "0".repeat(3 - fraction.length()) + fraction;
    }

    private void line(Step step, String text) {
        open(step, step.name());
        print(step, text);
    }

    private void open(Object key, String name) {
        if (key.equals(current)) {
            return;
        }
        leave();
        current = key;
        print(key, name);
    }

    private void leave() {
        if (current.equals("")) {
            return;
        }
        if (!finished.contains(current)) {
            print(current, "...");
        }
        out.println();
        current = "";
    }

    private void end(Object key, String text) {
        print(key, text);
        finished.add(key);
        out.println();
        current = "";
    }

    private void print(Object key, String text) {
        int number = numbers.computeIfAbsent(key, _ -> numbers.size() + 1);
        out.println("#" + number + " " + text);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            leave();
        }
        closed = true;
        out.flush();
    }
}
