/// From a Dockerfile to an image: plan, cache keys, solver, image assembly, outputs.
///
/// Start at {@link dev.slipway.build.Builder}: it takes a {@link dev.slipway.build.BuildRequest},
/// tells a {@link dev.slipway.build.BuildListener} what happens, and returns a {@link
/// dev.slipway.build.BuildResult} or throws a {@link dev.slipway.build.BuildException}.
///
/// Inside, one direction: `Planner` turns the syntax tree into a {@link
/// dev.slipway.build.BuildPlan} of {@link dev.slipway.build.Step}s; `Solver` finds each step in the
/// `RecordStore` or has it made by an executor (`RunExecutor`, `CopyExecutor`, `WorkdirExecutor`);
/// `ImageAssembly` writes config and manifest; `Exports` serves the outputs.
///
/// What a build does that finds everything in the cache decides by `instanceof`, not by a switch
/// over types: the latter makes a class when it first runs, which no start-up archive can keep.
@NullMarked
package dev.slipway.build;

import org.jspecify.annotations.NullMarked;
