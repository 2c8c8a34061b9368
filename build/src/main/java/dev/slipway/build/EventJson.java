package dev.slipway.build;

import dev.slipway.image.JsonWriter;

/// Events as JSON objects on one line each: the form of a build's record, and of anything that
/// wants to follow a build as data.
public final class EventJson {
    private EventJson() {}

    /// `event` as one JSON object without line breaks.
    ///
    /// The events of every build are told apart without a pattern switch: each such switch is a
    /// class that the JVM spins when it first gets there, a millisecond or two that no AOT cache
    /// saves.
    @SuppressWarnings("IfChainToSwitch")
    public static String of(BuildEvent event) {
        var json = JsonWriter.compact().beginObject();
        json.member("time", event.time().toString());
        if (event instanceof BuildEvent.Planned e) {
            json.member("event", "planned").member("steps", e.plan().steps().size());
        } else if (event instanceof BuildEvent.StepCached e) {
            step(json, "cached", e.step());
            json.member("verdict", e.verdict().name());
            json.memberUnlessEmpty("diffId", e.diffId() == null ? null : e.diffId().toString());
        } else if (event instanceof BuildEvent.Finished e) {
            finished(json, e);
        } else if (!ofMaking(json, event)) {
            rarer(json, event);
        }
        return json.endObject().toString();
    }

    /// The events of a step that is made.
    @SuppressWarnings("IfChainToSwitch") // see above
    private static boolean ofMaking(JsonWriter json, BuildEvent event) {
        if (event instanceof BuildEvent.StepStarted e) {
            step(json, "started", e.step());
        } else if (event instanceof BuildEvent.StepExplained e) {
            step(json, "explained", e.step());
            json.member("reason", e.explanation().reason().name());
            json.member("summary", e.explanation().summary());
            json.member("changes", e.explanation().changes());
            if (!e.explanation().files().isEmpty()) {
                json.member("files", e.explanation().files());
            }
        } else if (event instanceof BuildEvent.StepProgress e) {
            step(json, "progress", e.step());
            json.member("what", e.what());
            json.member("current", e.current());
            json.member("total", e.total());
        } else if (event instanceof BuildEvent.StepLog e) {
            step(json, "log", e.step());
            json.member("stream", e.stream().name());
            json.member("line", e.line());
        } else if (event instanceof BuildEvent.StepFinished e) {
            step(json, "finished", e.step());
            json.member("nanos", e.nanos());
            json.memberUnlessEmpty("diffId", e.diffId() == null ? null : e.diffId().toString());
            json.member("size", e.size());
        } else {
            return false;
        }
        return true;
    }

    private static void rarer(JsonWriter json, BuildEvent event) {
        switch (event) {
            case BuildEvent.TaskStarted e ->
                    json.member("event", "task-started")
                            .member("id", e.id())
                            .member("name", e.name());
            case BuildEvent.TaskFinished e ->
                    json.member("event", "task-finished")
                            .member("id", e.id())
                            .member("name", e.name())
                            .member("nanos", e.nanos())
                            .memberUnlessEmpty("error", e.error());
            case BuildEvent.StepWaiting e -> step(json, "waiting", e.step());
            case BuildEvent.StepFailed e -> {
                step(json, "failed", e.step());
                json.member("nanos", e.nanos());
                json.member("message", e.message());
            }
            case BuildEvent.StepCancelled e -> step(json, "cancelled", e.step());
            case BuildEvent.Warning e -> {
                json.member("event", "warning").member("message", e.message());
                json.memberUnlessEmpty("place", SourceLines.placeOf(e.source()));
            }
            case BuildEvent.Failed e ->
                    json.member("event", "build-failed")
                            .member("message", e.message())
                            .member("nanos", e.nanos());
            case BuildEvent.Planned _,
                    BuildEvent.StepCached _,
                    BuildEvent.StepStarted _,
                    BuildEvent.StepExplained _,
                    BuildEvent.StepProgress _,
                    BuildEvent.StepLog _,
                    BuildEvent.StepFinished _,
                    BuildEvent.Finished _ ->
                    throw new IllegalArgumentException(event.toString());
        }
    }

    private static void step(JsonWriter json, String what, Step step) {
        json.member("event", "step-" + what);
        json.member("step", step.number());
        json.member("name", step.name());
    }

    private static void finished(JsonWriter json, BuildEvent.Finished e) {
        var result = e.result();
        json.member("event", "build-finished");
        json.member("image", result.imageId().toString());
        json.member("manifest", result.manifest().digest().toString());
        json.member("names", result.names());
        json.member("cached", result.cachedSteps());
        json.member("made", result.madeSteps());
        json.member("nanos", e.nanos());
    }
}
