package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The steps of a plan for several platforms: what is the same for two of them is one step, and is
/// done once.
final class SharedSteps {
    private final Map<Identity, Step> steps = new HashMap<>();

    /// All that makes two steps one. Steps are compared by identity, so inputs must be shared
    /// already, as they are: they are planned first.
    private record Identity(
            Class<?> kind,
            String stage,
            int ordinal,
            String name,
            @Nullable SourceLines source,
            String platform,
            boolean noCache,
            List<Step> inputs,
            Object what) {}

    /// The step that is the same as `step` and came first; `step` itself if there is none.
    Step first(Step step) {
        var what = what(step);
        if (what == null) {
            return step;
        }
        var header = step.header();
        var identity =
                new Identity(
                        step.getClass(),
                        step.stage(),
                        header.ordinal(),
                        step.name(),
                        step.source(),
                        header.platform().toString(),
                        header.noCache(),
                        step.inputs(),
                        what);
        var known = steps.putIfAbsent(identity, step);
        return known == null ? step : known;
    }

    /// What is done, as a value; null for a step that is not compared: its results are still made
    /// once, as the store's lock on its key sees to.
    private static @Nullable Object what(Step step) {
        if (step instanceof Step.Run run) {
            return run.spec();
        }
        if (step instanceof Step.Copy copy) {
            return copy.spec();
        }
        if (step instanceof Step.Workdir workdir) {
            return List.of(workdir.directory(), workdir.user());
        }
        if (step instanceof Step.Base base) {
            var image = base.image();
            return image == null ? "" : image.id();
        }
        // Waits for its inputs, and does no more.
        return step instanceof Step.After ? "" : null;
    }
}
