package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a build would do, without doing it.
///
/// @param steps all of the plan but bases, each after those it needs
/// @param advice orders of instructions that would save time
/// @param impacts what a change of files would do, for each that was asked for
public record Forecast(List<Entry> steps, List<OrderAdvice.Advice> advice, List<Impact> impacts) {
    public Forecast {
        steps = List.copyOf(steps);
        advice = List.copyOf(advice);
        impacts = List.copyOf(impacts);
    }

    /// What would become of a step.
    public enum Verdict {
        /// Its result is in the cache.
        CACHED,
        /// It would be done.
        RUNS,
        /// It would be done unless what is done below it results in the same files as before.
        RUNS_UNLESS_SAME
    }

    /// A step.
    ///
    /// @param why why it would be done; null if it is in the cache
    /// @param lastNanos how long it took the last time; -1 if not known
    public record Entry(Step step, Verdict verdict, @Nullable Explanation why, long lastNanos) {}

    /// What a change of a file would do.
    ///
    /// @param file as it was asked for
    /// @param readers the steps that read it
    /// @param rebuilt the readers, and all steps that need one, in the order of the plan
    /// @param nanos what those took the last time, one after the other, as far as that is known
    /// @param criticalNanos the same, done side by side as far as they can be
    public record Impact(
            String file, List<Step> readers, List<Step> rebuilt, long nanos, long criticalNanos) {
        public Impact {
            readers = List.copyOf(readers);
            rebuilt = List.copyOf(rebuilt);
        }
    }

    /// How long the steps that would be done took the last time, as far as that is known.
    public long lastNanos() {
        long nanos = 0;
        for (var entry : steps) {
            if (entry.verdict() != Verdict.CACHED && entry.lastNanos() > 0) {
                nanos += entry.lastNanos();
            }
        }
        return nanos;
    }
}
