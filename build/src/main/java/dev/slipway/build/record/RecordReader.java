package dev.slipway.build.record;

import dev.slipway.image.InvalidJsonException;
import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the files of one record. What a crash cut short ends where it was cut.
final class RecordReader {
    private static final long MAX_BYTES = 64 << 20;
    private static final int TAIL_BYTES = 64 << 10;

    private final Path directory;
    private final String id;

    RecordReader(Path directory, String id) {
        this.directory = directory;
        this.id = id;
    }

    /// What was asked for.
    ///
    /// @throws NoSuchFileException if the record never got that far
    Json.Obj request() throws IOException {
        return object("request.json");
    }

    private Json.Obj object(String name) throws IOException {
        var file = directory.resolve(name);
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is too long for a record");
        }
        return Json.parseObject(Files.readAllBytes(file));
    }

    private Json.Obj objectIfThere(String name) throws IOException {
        try {
            return object(name);
        } catch (NoSuchFileException | InvalidJsonException e) {
            return new Json.Obj(Map.of()); // the build did not get there, or died on the way
        }
    }

    BuildSummary summary() throws IOException {
        var request = request();
        return summary(request, facts(request), lastEvent());
    }

    private BuildSummary summary(Json.Obj request, BuildFacts facts, Json.@Nullable Obj last)
            throws IOException {
        var started = time(request, "started");
        boolean ended = last != null && last.text("event", "").equals("record");
        var status = ended && last != null ? status(last) : BuildStatus.DIED;
        if (!ended && isAlive(request.number("pid", 0), started)) {
            status = BuildStatus.RUNNING;
        }
        long nanos = 0;
        if (last != null) {
            nanos =
                    ended
                            ? last.number("nanos", 0)
                            : Duration.between(started, time(last, "time")).toNanos();
        }
        var end = ended && last != null ? last : new Json.Obj(Map.of());
        return new BuildSummary(
                id,
                name(facts),
                status,
                started,
                Math.max(0, nanos),
                (int) end.number("steps", 0),
                (int) end.number("cached", 0),
                (int) end.number("made", 0),
                facts.tags(),
                end.text("error"));
    }

    private static BuildStatus status(Json.Obj end) throws InvalidJsonException {
        return switch (end.text("status", "")) {
            case "completed" -> BuildStatus.COMPLETED;
            case "canceled" -> BuildStatus.CANCELED;
            default -> BuildStatus.FAILED;
        };
    }

    /// Whether the process that builds still runs, and is not another that got its number later.
    private static boolean isAlive(long pid, Instant started) {
        if (pid <= 0) {
            return false;
        }
        var process = ProcessHandle.of(pid);
        if (process.isEmpty() || !process.get().isAlive()) {
            return false;
        }
        var since = process.get().info().startInstant();
        // The start of a process is told in whole ticks.
        return since.isEmpty() || !since.get().isAfter(started.plusSeconds(1));
    }

    static String name(BuildFacts facts) {
        var name = facts.tags().isEmpty() ? directoryName(facts) : facts.tags().getFirst();
        return facts.target() == null ? name : name + " (" + facts.target() + ")";
    }

    private static String directoryName(BuildFacts facts) {
        if (facts.context().isEmpty()) {
            return facts.dockerfile();
        }
        var last = Path.of(facts.context()).getFileName();
        return last == null ? facts.context() : last.toString();
    }

    private static BuildFacts facts(Json.Obj request) throws InvalidJsonException {
        var tags = request.texts("tags");
        var secrets = request.texts("secrets");
        return new BuildFacts(
                request.text("context", ""),
                request.text("dockerfile", "Dockerfile"),
                request.text("dockerfileText", ""),
                request.text("target"),
                request.text("platform"),
                request.textMap("buildArgs"),
                tags == null ? List.of() : tags,
                secrets == null ? List.of() : secrets,
                request.flag("noCache"));
    }

    /// The last whole line of the events; null if there is none.
    private Json.@Nullable Obj lastEvent() throws IOException {
        try (var file = new RandomAccessFile(directory.resolve("events.jsonl").toFile(), "r")) {
            long length = file.length();
            int count = (int) Math.min(TAIL_BYTES, length);
            file.seek(length - count);
            var bytes = new byte[count];
            file.readFully(bytes);
            int end = count;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            int start = end - 1;
            while (start > 0 && bytes[start - 1] != '\n') {
                start--;
            }
            return end <= 0
                    ? null
                    : event(new String(bytes, start, end - start, StandardCharsets.UTF_8));
        } catch (java.io.FileNotFoundException e) {
            return null;
        }
    }

    private static Json.@Nullable Obj event(String line) {
        try {
            return Json.parseObject(line.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidJsonException e) {
            return null; // cut short
        }
    }

    private static Instant time(Json.Obj object, String name) throws InvalidJsonException {
        try {
            return Instant.parse(object.text(name, ""));
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    RecordedBuild build() throws IOException {
        var request = request();
        var started = time(request, "started");
        Map<Integer, StepDraft> steps = new LinkedHashMap<>();
        for (var step : objectIfThere("plan.json").objects("steps")) {
            var draft = new StepDraft(step);
            steps.put(draft.number(), draft);
        }
        var outcome = new Outcome(started);
        forEachEvent(event -> {
            var draft = steps.get((int) event.number("step", 0));
            if (draft != null) {
                draft.on(event, nanosSince(started, event));
            } else {
                outcome.on(event);
            }
        });
        var finished = new ArrayList<RecordedStep>();
        for (var draft : steps.values()) {
            finished.add(draft.make(outcome.lastNanos));
        }
        var facts = facts(request);
        return new RecordedBuild(
                summary(request, facts, lastEvent()),
                facts,
                finished,
                outcome.tasks,
                outcome.warnings,
                outcome.image,
                outcome.manifest,
                outcome.failure);
    }

    private static long nanosSince(Instant started, Json.Obj event) throws InvalidJsonException {
        return Math.max(0, Duration.between(started, time(event, "time")).toNanos());
    }

    void logs(BuildRecords.LogVisitor visitor) throws IOException {
        forEachEvent(event -> {
            if (event.text("event", "").equals("step-log")) {
                visitor.visit(
                        new LogLine(
                                (int) event.number("step", 0),
                                time(event, "time"),
                                event.text("stream", "").equals("STDERR"),
                                event.text("line", "")));
            }
        });
    }

    private void forEachEvent(EventVisitor visitor) throws IOException {
        var file = directory.resolve("events.jsonl");
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var event = event(line);
                if (event != null) {
                    visitor.visit(event);
                }
            }
        } catch (NoSuchFileException e) {
            return; // failed before its first event
        }
    }

    private interface EventVisitor {
        void visit(Json.Obj event) throws IOException;
    }

    /// What events say of the build as a whole.
    private static final class Outcome {
        private final Instant started;
        private final List<RecordedTask> tasks = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private long lastNanos;
        private @Nullable String image;
        private @Nullable String manifest;
        private @Nullable RecordedFailure failure;

        Outcome(Instant started) {
            this.started = started;
        }

        void on(Json.Obj event) throws InvalidJsonException {
            lastNanos = Math.max(lastNanos, nanosSince(started, event));
            switch (event.text("event", "")) {
                case "task-finished" -> {
                    long nanos = event.number("nanos", 0);
                    tasks.add(
                            new RecordedTask(
                                    event.text("name", ""),
                                    Math.max(0, nanosSince(started, event) - nanos),
                                    nanos,
                                    event.text("error")));
                }
                case "warning" -> {
                    var place = event.text("place");
                    var message = event.text("message", "");
                    warnings.add(place == null ? message : place + ": " + message);
                }
                case "build-finished" -> {
                    image = event.text("image");
                    manifest = event.text("manifest");
                }
                case "error" ->
                        failure =
                                new RecordedFailure(
                                        event.text("message", ""),
                                        event.text("place"),
                                        event.text("hint"),
                                        event.text("name"),
                                        (int) event.number("exitCode", -1));
                default -> {}
            }
        }
    }
}
