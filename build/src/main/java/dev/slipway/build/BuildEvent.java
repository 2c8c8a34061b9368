package dev.slipway.build;

import dev.slipway.image.Digest;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// Something a build did. Every view of a build (terminal, `rawjson`, record) is made from these.
public sealed interface BuildEvent {
    /// When it happened.
    Instant time();

    /// The plan is made; steps carry the numbers later events refer to.
    record Planned(Instant time, BuildPlan plan) implements BuildEvent {}

    /// Work outside the plan's steps began, such as reading the context or writing an output.
    ///
    /// @param id unique in the build, distinct from step numbers
    record TaskStarted(Instant time, String id, String name) implements BuildEvent {}

    /// Work outside the plan's steps ended.
    ///
    /// @param error why it failed; null when it did not
    record TaskFinished(Instant time, String id, String name, long nanos, @Nullable String error)
            implements BuildEvent {}

    /// A step missed the cache and is being done.
    record StepStarted(Instant time, Step step) implements BuildEvent {}

    /// Why a step missed the cache. May arrive while the step is already running.
    record StepExplained(Instant time, Step step, Explanation explanation) implements BuildEvent {}

    /// A step's result was found in the cache.
    ///
    /// @param verdict which key matched
    /// @param diffId the layer; null when the step changed nothing
    record StepCached(Instant time, Step step, CacheVerdict verdict, @Nullable Digest diffId)
            implements BuildEvent {}

    /// A step waits for another build that is doing the same.
    record StepWaiting(Instant time, Step step) implements BuildEvent {}

    /// What a step is busy with, such as unpacking its base.
    ///
    /// @param current units done
    /// @param total units in all; -1 when not known
    record StepProgress(Instant time, Step step, String what, long current, long total)
            implements BuildEvent {}

    /// One line a RUN wrote, without its line break.
    record StepLog(Instant time, Step step, OutputStreamKind stream, String line)
            implements BuildEvent {}

    /// A step was done.
    ///
    /// @param diffId the layer; null when the step changed nothing
    /// @param size the layer's size as a tar, in bytes
    record StepFinished(Instant time, Step step, long nanos, @Nullable Digest diffId, long size)
            implements BuildEvent {}

    /// A step failed.
    record StepFailed(Instant time, Step step, long nanos, String message) implements BuildEvent {}

    /// A step was given up, as another failed or the build was cancelled.
    record StepCancelled(Instant time, Step step) implements BuildEvent {}

    /// Something the user should know that does not stop the build.
    ///
    /// @param source the lines it is about; null when none
    record Warning(Instant time, String message, @Nullable SourceLines source)
            implements BuildEvent {}

    /// The build ended well.
    record Finished(Instant time, BuildResult result, long nanos) implements BuildEvent {}

    /// The build failed.
    record Failed(Instant time, String message, long nanos) implements BuildEvent {}

    /// Which stream of a command a line was written to.
    enum OutputStreamKind {
        STDOUT,
        STDERR
    }

    /// Which key of a step was found in the cache.
    enum CacheVerdict {
        /// Same definition on the same definitions.
        DEFINITION,
        /// Same definition on inputs that hold the same, though made another way.
        CONTENT
    }
}
