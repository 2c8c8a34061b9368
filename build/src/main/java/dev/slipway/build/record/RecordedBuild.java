package dev.slipway.build.record;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// All that is kept of a build but its logs, which may be long: see [BuildRecords#logs].
///
/// @param imageId the digest of the image's config; null if none was made
/// @param manifest the digest of its manifest; null if none was made
/// @param failure null if it did not fail
public record RecordedBuild(
        BuildSummary summary,
        BuildFacts facts,
        List<RecordedStep> steps,
        List<RecordedTask> tasks,
        List<String> warnings,
        @Nullable String imageId,
        @Nullable String manifest,
        @Nullable RecordedFailure failure) {
    public RecordedBuild {
        steps = List.copyOf(steps);
        tasks = List.copyOf(tasks);
        warnings = List.copyOf(warnings);
    }

    /// The step that failed, be it before it began; null if none did.
    public @Nullable RecordedStep failedStep() {
        RecordedStep named = null;
        for (var step : steps) {
            if (step.verdict() == RecordedStep.Verdict.FAILED) {
                return step;
            }
            if (failure != null && step.name().equals(failure.step())) {
                named = step;
            }
        }
        return named;
    }

    /// The step of this number; null if there is none.
    public @Nullable RecordedStep step(int number) {
        for (var step : steps) {
            if (step.number() == number) {
                return step;
            }
        }
        return null;
    }

    /// The steps that together took as long as the build had to: each the last its successor waited
    /// for, in the order they ran.
    public List<RecordedStep> criticalPath() {
        return CriticalPath.of(steps);
    }
}
