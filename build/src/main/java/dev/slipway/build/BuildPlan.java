package dev.slipway.build;

import dev.slipway.image.Platform;

import java.util.List;

/// What a build will do: the steps its target needs, each after those it needs itself.
public final class BuildPlan {
    private final List<Step> steps;
    private final List<Target> targets;
    private final List<String> skippedStages;

    /// What is built for one platform.
    ///
    /// @param platform what was asked for; a stage's `--platform` may have made another image of it
    record Target(Platform platform, Step step, ImageDraft image) {}

    /// @param targets at least one
    BuildPlan(List<Step> steps, List<Target> targets, List<String> skippedStages) {
        this.steps = List.copyOf(steps);
        this.targets = List.copyOf(targets);
        this.skippedStages = List.copyOf(skippedStages);
    }

    /// The steps, in an order that could be followed one by one.
    public List<Step> steps() {
        return steps;
    }

    /// The step whose result becomes the image's files; of several platforms, the first one's.
    public Step target() {
        return targets.getFirst().step();
    }

    /// What is built, for each platform, in the order asked for.
    List<Target> targets() {
        return targets;
    }

    /// Stages of the Dockerfile that the target does not need.
    public List<String> skippedStages() {
        return skippedStages;
    }

    ImageDraft image() {
        return targets.getFirst().image();
    }

    /// The plan as text, a line a step.
    public String toText() {
        return new PlanText(this).text();
    }

    /// The plan as JSON.
    public String toJson() {
        return new PlanText(this).json();
    }
}
