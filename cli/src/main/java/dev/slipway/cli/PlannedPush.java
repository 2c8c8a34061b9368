package dev.slipway.cli;

import dev.slipway.distribution.Push;
import dev.slipway.distribution.Pushed;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.Tagging;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.pipeline.TagDecisions;
import dev.slipway.pipeline.TagDecisions.Decision;
import dev.slipway.pipeline.TagPlan;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A push under the tags of a plan: the image goes to its repositories by digest, and gets the tags
/// that may be set, once all of them are known to be allowed.
final class PlannedPush {
    private final Registries registries;
    private final Push push;
    private final TagPlan plan;

    PlannedPush(Registries registries, Push push, TagPlan plan) {
        this.registries = registries;
        this.push = push;
        this.plan = plan;
    }

    /// What was pushed, and what became of the tags; nothing is tagged if one is refused.
    record Outcome(List<Pushed> pushed, List<Decision> decisions) {}

    Outcome run(Descriptor image, @Nullable Platform platform)
            throws IOException, InterruptedException {
        Map<String, Pushed> pushed = new LinkedHashMap<>();
        List<Decision> decisions = new ArrayList<>();
        RegistryTags existing = new RegistryTags(registries);
        for (String name : plan.images()) {
            Pushed there = push.pushByDigest(image, Reference.parse(name), platform);
            pushed.put(name, there);
            TagPlan own =
                    new TagPlan(
                            List.of(name),
                            plan.version(),
                            plan.tags(),
                            plan.labels(),
                            plan.annotations(),
                            plan.skipped());
            decisions.addAll(TagDecisions.of(own, existing, there.target().digest().toString()));
        }
        if (!TagDecision.isRefused(decisions)) {
            for (Map.Entry<String, Pushed> each : pushed.entrySet()) {
                tag(each.getKey(), each.getValue(), decisions);
            }
        }
        return new Outcome(List.copyOf(pushed.values()), decisions);
    }

    private void tag(String name, Pushed pushed, List<Decision> decisions) throws IOException {
        Tagging tagging = null;
        for (Decision each : decisions) {
            boolean sets =
                    each.action() == TagDecisions.Action.CREATE
                            || each.action() == TagDecisions.Action.MOVE;
            if (each.image().equals(name) && sets) {
                if (tagging == null) {
                    tagging = Tagging.of(registries, pushed.name(), pushed.target().digest());
                }
                tagging.set(each.tag().name());
            }
        }
    }
}
