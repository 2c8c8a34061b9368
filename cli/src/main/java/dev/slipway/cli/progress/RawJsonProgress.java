package dev.slipway.cli.progress;

import dev.slipway.build.BuildEvent;
import dev.slipway.build.Explanation;
import dev.slipway.build.SourceLines;
import dev.slipway.build.Step;
import dev.slipway.cli.output.JsonText;
import dev.slipway.image.Digest;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One JSON object a line, in the shape of BuildKit's `SolveStatus` (`vertexes`, `statuses`,
/// `logs`, `warnings`), so that readers of `buildx --progress=rawjson` understand it. What BuildKit
/// has no words for stands under `slipway`: `plan`, `miss`, `finished`, `failed`. `docs/rawjson.md`
/// describes every field.
public final class RawJsonProgress implements Progress {
    private final PrintStream out;
    private final String mark;
    private final Map<Object, Map<String, Object>> vertexes = new HashMap<>();
    private boolean closed;

    public RawJsonProgress(PrintStream out) {
        this(out, "");
    }

    /// A view of one of several builds that share a stream.
    ///
    /// @param mark what names of vertexes begin with, and tells them from those of other builds
    public RawJsonProgress(PrintStream out, String mark) {
        this.out = out;
        this.mark = mark;
    }

    @Override
    public synchronized void on(BuildEvent event) {
        if (closed) {
            return;
        }
        switch (event) {
            case BuildEvent.Planned(Instant time, var plan) -> {
                List<Object> steps = new ArrayList<>();
                for (Step step : plan.steps()) {
                    steps.add(vertex(step));
                }
                own("plan", time, "steps", steps);
            }
            case BuildEvent.TaskStarted(Instant time, String id, String name) ->
                    began(vertex(id, name), time);
            case BuildEvent.TaskFinished(Instant time, String id, String name, _, String error) ->
                    ended(vertex(id, name), time, false, error);
            case BuildEvent.Warning(_, String message, SourceLines source) ->
                    warning(message, source);
            case BuildEvent.Finished(Instant time, _, long nanos) ->
                    own("finished", time, "nanos", nanos);
            case BuildEvent.Failed(Instant time, String message, _) ->
                    own("failed", time, "message", message);
            default -> step(event);
        }
        out.flush();
    }

    private void step(BuildEvent event) {
        switch (event) {
            case BuildEvent.StepStarted(Instant time, Step step) -> began(vertex(step), time);
            case BuildEvent.StepExplained(Instant time, Step step, Explanation why) -> {
                Map<String, Object> miss = new LinkedHashMap<>();
                miss.put("vertex", digest(step));
                miss.put("reason", why.reason().name().toLowerCase(java.util.Locale.ROOT));
                miss.put("summary", why.summary());
                miss.put("changes", why.changes());
                if (!why.files().isEmpty()) {
                    miss.put("files", why.files());
                }
                own("miss", time, "explanation", miss);
            }
            case BuildEvent.StepCached(Instant time, Step step, _, _) ->
                    ended(vertex(step), time, true, null);
            case BuildEvent.StepWaiting(Instant time, Step step) ->
                    status(step, time, "waiting for another build", 0, 0);
            case BuildEvent.StepProgress(
                            Instant time,
                            Step step,
                            String what,
                            long done,
                            long total) ->
                    status(step, time, what, done, Math.max(0, total));
            case BuildEvent.StepLog(Instant time, Step step, var stream, String text) ->
                    log(step, time, stream == BuildEvent.OutputStreamKind.STDOUT ? 1 : 2, text);
            case BuildEvent.StepFinished(Instant time, Step step, _, _, _) ->
                    ended(vertex(step), time, false, null);
            case BuildEvent.StepFailed(Instant time, Step step, _, String message) ->
                    ended(vertex(step), time, false, message);
            case BuildEvent.StepCancelled(Instant time, Step step) ->
                    ended(vertex(step), time, false, "canceled");
            default -> throw new IllegalStateException("not of a step: " + event);
        }
    }

    private Map<String, Object> vertex(Step step) {
        Map<String, Object> vertex = vertex(step, step.name());
        if (!vertex.containsKey("inputs")) {
            List<String> inputs = new ArrayList<>();
            for (Step input : step.inputs()) {
                inputs.add(digest(input));
            }
            vertex.put("inputs", inputs);
        }
        return vertex;
    }

    private Map<String, Object> vertex(Object key, String name) {
        return vertexes.computeIfAbsent(
                key,
                _ -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    fields.put(
                            "digest",
                            key instanceof Step step ? digest(step) : digest(key + "\n" + name));
                    fields.put("name", mark + name);
                    return fields;
                });
    }

    /// BuildKit names a vertex by a digest; here it is that of its number and name, unique in the
    /// build.
    private String digest(Step step) {
        return digest(step.number() + "\n" + step.name());
    }

    private String digest(String text) {
        return Digest.sha256((mark + text).getBytes(StandardCharsets.UTF_8)).toString();
    }

    private void began(Map<String, Object> vertex, Instant time) {
        vertex.put("started", time.toString());
        line("vertexes", vertex);
    }

    private void ended(
            Map<String, Object> vertex, Instant time, boolean cached, @Nullable String error) {
        vertex.putIfAbsent("started", time.toString());
        vertex.put("completed", time.toString());
        if (cached) {
            vertex.put("cached", true);
        }
        if (error != null) {
            vertex.put("error", error);
        }
        line("vertexes", vertex);
    }

    private void status(Step step, Instant time, String what, long done, long total) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("id", what);
        status.put("vertex", digest(step));
        status.put("total", total);
        status.put("current", done);
        status.put("timestamp", time.toString());
        line("statuses", status);
    }

    private void log(Step step, Instant time, int stream, String text) {
        Map<String, Object> log = new LinkedHashMap<>();
        log.put("vertex", digest(step));
        log.put("stream", stream);
        log.put("data", base64(text + "\n"));
        log.put("timestamp", time.toString());
        line("logs", log);
    }

    private void warning(String message, @Nullable SourceLines source) {
        Map<String, Object> warning = new LinkedHashMap<>();
        warning.put("level", 1);
        warning.put("short", base64(message));
        if (source != null) {
            Map<String, Object> start = Map.of("line", source.firstLine());
            Map<String, Object> end = Map.of("line", source.lastLine());
            Map<String, Object> range = new LinkedHashMap<>();
            range.put("start", start);
            range.put("end", end);
            warning.put("sourceInfo", Map.of("filename", source.file()));
            warning.put("range", List.of(range));
        }
        line("warnings", warning);
    }

    private void line(String list, Map<String, Object> element) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put(list, List.of(element));
        out.println(JsonText.compact(object));
    }

    private void own(String event, Instant time, String field, Object value) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("event", event);
        fields.put("time", time.toString());
        fields.put(field, value);
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("slipway", fields);
        out.println(JsonText.compact(object));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public synchronized void close() {
        closed = true;
        out.flush();
    }
}
