package dev.slipway.cli.progress;

import dev.slipway.build.BuildEvent;
import dev.slipway.build.Explanation;
import dev.slipway.build.SourceLines;
import dev.slipway.build.Step;
import dev.slipway.cli.output.Human;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/// The terminal's view: what is done scrolls up as lines that stay; below them a region that is
/// drawn anew shows the steps at work, their time and their last lines.
///
/// A frame is one write: the cursor goes up, each line is overwritten and its rest cleared, so
/// nothing flickers. Finished lines leave the region at once, so a build of any size fits a window
/// of any size.
public final class TerminalProgress implements Progress {
    private static final long FRAME_MILLIS = 80;
    private static final int LINES_OF_A_STEP = 5;
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    private static final String CLEAR_REST = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String BLUE = "\u001b[34m";
    private static final String CYAN = "\u001b[36m";
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String FAINT = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    /// Something at work.
    private static final class Work {
        final String name;
        final Instant start;
        final ArrayDeque<String> lines = new ArrayDeque<>();
        String busy = "";

        Work(String name, Instant start) {
            this.name = name;
            this.start = start;
        }
    }

    private final PrintStream out;
    private final IntSupplier columns;
    private final IntSupplier rows;
    private final boolean explain;
    private final Map<Object, Work> working = new LinkedHashMap<>();
    private final List<String> settled = new ArrayList<>();
    private List<Integer> drawn = List.of();
    private @Nullable Instant begin;
    private @Nullable Thread ticker;
    private int done;
    private int total;
    private String outcome = "";
    private boolean closed;

    /// A view of one build.
    ///
    /// @param columns asked before each frame, so that a resized window is respected
    /// @param explain whether every change that caused a miss is told, not the summary alone
    public TerminalProgress(
            PrintStream out, IntSupplier columns, IntSupplier rows, boolean explain) {
        this.out = out;
        this.columns = columns;
        this.rows = rows;
        this.explain = explain;
    }

    @Override
    public synchronized void on(BuildEvent event) {
        if (closed) {
            return;
        }
        if (begin == null) {
            begin = event.time();
            ticker = Thread.ofVirtual().name("progress").start(this::tick);
        }
        switch (event) {
            case BuildEvent.Planned(_, var plan) -> total += plan.steps().size();
            case BuildEvent.TaskStarted(Instant time, String id, String name) -> {
                total++;
                working.put(id, new Work(name, time));
            }
            case BuildEvent.TaskFinished(_, String id, String name, long nanos, String error) -> {
                done++;
                working.remove(id);
                settle(error == null ? BLUE : RED, error == null ? name : "ERROR " + name, nanos);
            }
            case BuildEvent.Warning(_, String message, SourceLines source) -> {
                String place = source == null ? "" : " (" + source.place() + ")";
                settled.add(YELLOW + "WARNING: " + Columns.plain(message) + place + PLAIN);
            }
            case BuildEvent.Finished _ -> outcome = "FINISHED";
            case BuildEvent.Failed _ -> outcome = "FAILED";
            default -> step(event);
        }
    }

    private void step(BuildEvent event) {
        switch (event) {
            case BuildEvent.StepStarted(Instant time, Step step) -> work(step, time);
            case BuildEvent.StepExplained(_, Step step, Explanation why) -> explained(step, why);
            case BuildEvent.StepCached(_, Step step, _, _) -> settle(step, BLUE, "CACHED ", 0);
            case BuildEvent.StepWaiting(Instant time, Step step) ->
                    work(step, time).busy = "waiting for another build that is doing the same";
            case BuildEvent.StepProgress(
                            Instant time,
                            Step step,
                            String what,
                            long now,
                            long all) ->
                    work(step, time).busy = all > 0 ? what + " " + now * 100 / all + "%" : what;
            case BuildEvent.StepLog(Instant time, Step step, _, String text) -> {
                Work work = work(step, time);
                work.busy = "";
                work.lines.addLast(Columns.plain(text));
                if (work.lines.size() > LINES_OF_A_STEP) {
                    work.lines.removeFirst();
                }
            }
            case BuildEvent.StepFinished(_, Step step, long nanos, _, _) ->
                    settle(step, BLUE, "", nanos);
            case BuildEvent.StepFailed(_, Step step, long nanos, _) ->
                    settle(step, RED, "ERROR ", nanos);
            case BuildEvent.StepCancelled(Instant time, Step step) -> {
                Work work = work(step, time);
                settle(step, FAINT, "CANCELED ", Duration.between(work.start, time).toNanos());
            }
            default -> throw new IllegalStateException("not of a step: " + event);
        }
    }

    private Work work(Step step, Instant time) {
        return working.computeIfAbsent(step, _ -> new Work(step.name(), time));
    }

    private void explained(Step step, Explanation why) {
        if (!explain && !Misses.isTelling(why)) {
            return;
        }
        settled.add(CYAN + " => " + Columns.plain(step.name()) + PLAIN);
        settled.add(FAINT + "    " + Columns.plain(Misses.line(why)) + PLAIN);
        if (explain) {
            for (String change : Misses.details(why)) {
                settled.add(FAINT + "      " + Columns.plain(change) + PLAIN);
            }
        }
    }

    private void settle(Step step, String colour, String verdict, long nanos) {
        done++;
        working.remove(step);
        settle(colour, verdict + step.name(), nanos);
    }

    private void settle(String colour, String name, long nanos) {
        settled.add(colour + timed(" => " + Columns.plain(name), nanos) + PLAIN);
    }

    /// Text on the left, seconds at the right edge.
    private String timed(String text, long nanos) {
        String seconds = Human.seconds(nanos);
        int room = width() - seconds.length() - 2;
        String left = Columns.fit(text, room);
        return left + " ".repeat(Math.max(1, room + 1 - Columns.width(left))) + seconds;
    }

    private int width() {
        return Math.max(20, columns.getAsInt());
    }

    private void tick() {
        try {
            while (true) {
                Thread.sleep(FRAME_MILLIS);
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    draw(true);
                }
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    private void draw(boolean live) {
        StringBuilder frame = new StringBuilder(HIDE_CURSOR);
        int up = rowsDrawn();
        if (up > 0) {
            frame.append("\u001b[").append(up).append('A');
        }
        frame.append('\r');
        for (String line : settled) {
            frame.append(line).append(CLEAR_REST).append("\r\n");
        }
        settled.clear();
        List<String> region = region(live);
        List<Integer> widths = new ArrayList<>();
        for (String line : region) {
            widths.add(Columns.width(Columns.plain(line)));
            frame.append(line).append(CLEAR_REST).append("\r\n");
        }
        frame.append(CLEAR_BELOW);
        if (!live) {
            frame.append(SHOW_CURSOR);
        }
        drawn = live ? widths : List.of();
        out.print(frame);
        out.flush();
    }

    /// How many rows the last frame's region takes now: a window made narrower has wrapped its
    /// lines.
    private int rowsDrawn() {
        int width = width();
        int count = 0;
        for (int line : drawn) {
            count += Math.max(1, (line + width - 1) / width);
        }
        return count;
    }

    private List<String> region(boolean live) {
        List<String> lines = new ArrayList<>();
        Instant start = begin;
        long elapsed = start == null ? 0 : Duration.between(start, Instant.now()).toNanos();
        String head = "[+] Building " + Human.seconds(elapsed) + " (" + done + "/" + total + ")";
        lines.add(
                Columns.fit(outcome.isEmpty() || live ? head : head + " " + outcome, width() - 1));
        if (!live) {
            return lines;
        }
        int room = Math.max(1, rows.getAsInt() - 3);
        int each = working.isEmpty() ? 0 : Math.max(0, room / working.size() - 1);
        for (Work work : working.values()) {
            if (lines.size() > room) {
                break;
            }
            long nanos = Duration.between(work.start, Instant.now()).toNanos();
            lines.add(CYAN + timed(" => " + Columns.plain(work.name), nanos) + PLAIN);
            if (!work.busy.isEmpty()) {
                lines.add(Columns.fit(" => => " + work.busy, width() - 1));
            }
            int skip = Math.max(0, work.lines.size() - Math.min(each, LINES_OF_A_STEP));
            for (String line : work.lines) {
                if (skip-- <= 0) {
                    lines.add(FAINT + Columns.fit(" => => # " + line, width() - 1) + PLAIN);
                }
            }
        }
        return lines;
    }

    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            running = ticker;
            if (begin != null) {
                if (outcome.isEmpty()) {
                    outcome = "STOPPED";
                }
                draw(false);
            }
        }
        if (running != null) {
            running.interrupt();
        }
    }
}
