package dev.slipway.build.record;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/// A build in one line.
///
/// @param id names the record under `builds/`
/// @param name what a person knows the build by: its first tag, else its context's directory, with
///   the target
/// @param nanos how long it took; of one that runs or died, until its last event
/// @param steps how many steps its plan had, bases not counted; 0 if it never came to a plan
/// @param cached how many of them came from the cache
/// @param made how many were done
/// @param error why it failed; null if it did not
public record BuildSummary(
        String id,
        String name,
        BuildStatus status,
        Instant started,
        long nanos,
        int steps,
        int cached,
        int made,
        List<String> tags,
        @Nullable String error) {
    public BuildSummary {
        tags = List.copyOf(tags);
    }

    /// When it ended; null while it runs.
    public @Nullable Instant ended() {
        return status == BuildStatus.RUNNING ? null : started.plusNanos(nanos);
    }
}
