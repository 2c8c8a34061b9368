package dev.slipway.cli;

import dev.slipway.build.record.RecordedBuild;
import dev.slipway.cli.options.UsageException;

/// Finds the step of a build that an argument means.
final class StepChoice {
    private StepChoice() {}

    /// The number of a step, written with or without `#`.
    static int number(RecordedBuild build, String text) throws UsageException {
        try {
            int number = Integer.parseInt(text.startsWith("#") ? text.substring(1) : text);
            if (build.step(number) != null) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new UsageException(
                "the build has no step " + text,
                "Their numbers are in slipway builds show " + build.summary().id() + ".");
    }
}
