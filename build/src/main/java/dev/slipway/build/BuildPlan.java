package dev.slipway.build;

import java.util.List;

/// What a build will do: the steps its target needs, each after those it needs itself.
public final class BuildPlan {
    private final List<Step> steps;
    private final Step target;
    private final ImageDraft image;
    private final List<String> skippedStages;

    BuildPlan(List<Step> steps, Step target, ImageDraft image, List<String> skippedStages) {
        this.steps = List.copyOf(steps);
        this.target = target;
        this.image = image;
        this.skippedStages = List.copyOf(skippedStages);
    }

    /// The steps, in an order that could be followed one by one.
    public List<Step> steps() {
        return steps;
    }

    /// The step whose result becomes the image's files.
    public Step target() {
        return target;
    }

    /// Stages of the Dockerfile that the target does not need.
    public List<String> skippedStages() {
        return skippedStages;
    }

    ImageDraft image() {
        return image;
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
