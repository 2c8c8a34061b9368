package dev.slipway.build;

import dev.slipway.image.JsonWriter;

import java.util.List;

/// Shows a plan, as text and as JSON.
final class PlanText {
    private final BuildPlan plan;

    PlanText(BuildPlan plan) {
        this.plan = plan;
    }

    String text() {
        var text = new StringBuilder();
        for (var step : plan.steps()) {
            text.append('#').append(step.number()).append(' ').append(step.name());
            var inputs = step.inputs();
            for (int i = 0; i < inputs.size(); i++) {
                text.append(i == 0 ? "  <- #" : ", #").append(inputs.get(i).number());
            }
            var source = step.source();
            if (source != null) {
                text.append("  (").append(source.place()).append(')');
            }
            text.append('\n');
        }
        for (var stage : plan.skippedStages()) {
            text.append("not needed: stage ").append(stage).append('\n');
        }
        return text.toString();
    }

    String json() {
        var json = JsonWriter.compact();
        json.beginObject().name("steps").beginArray();
        for (var step : plan.steps()) {
            step(json, step);
        }
        json.endArray();
        json.member("target", plan.target().number());
        if (plan.targets().size() > 1) {
            json.name("targets").beginArray();
            for (var target : plan.targets()) {
                json.beginObject().member("platform", target.platform().toString());
                json.member("step", target.step().number()).endObject();
            }
            json.endArray();
        }
        strings(json, "skippedStages", plan.skippedStages());
        return json.endObject().toString();
    }

    private static void step(JsonWriter json, Step step) {
        json.beginObject();
        json.member("number", step.number());
        json.member("kind", kind(step));
        json.member("stage", step.stage());
        json.member("name", step.name());
        json.member("instruction", step.instruction());
        json.member("platform", step.header().platform().toString());
        var source = step.source();
        if (source != null) {
            json.member("file", source.file());
            json.member("firstLine", source.firstLine());
            json.member("lastLine", source.lastLine());
        }
        json.name("inputs").beginArray();
        for (var input : step.inputs()) {
            json.value(input.number());
        }
        json.endArray();
        if (step instanceof Step.Run run) {
            strings(json, "args", run.args());
        } else if (step instanceof Step.Base base && base.image() != null) {
            json.member("image", base.reference());
            json.member("digest", base.image().target().digest().toString());
            json.member("manifest", base.image().manifest().digest().toString());
            json.name("layers").beginArray();
            for (var layer : base.diffIds()) {
                json.value(layer.toString());
            }
            json.endArray();
        }
        if (step.header().noCache()) {
            json.member("noCache", true);
        }
        json.endObject();
    }

    static String kind(Step step) {
        if (step instanceof Step.Run) {
            return "run";
        }
        if (step instanceof Step.Copy copy) {
            return copy.spec().add() ? "add" : "copy";
        }
        if (step instanceof Step.Origin) {
            return "origin";
        }
        if (step instanceof Step.Base base) {
            return base.image() == null ? "scratch" : "image";
        }
        return step instanceof Step.After ? "after" : "workdir";
    }

    private static void strings(JsonWriter json, String name, List<String> values) {
        json.name(name).beginArray();
        for (var value : values) {
            json.value(value);
        }
        json.endArray();
    }
}
