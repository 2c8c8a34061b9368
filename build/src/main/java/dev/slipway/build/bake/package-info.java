/// Many builds from one file: `bake`.
///
/// Start at {@link dev.slipway.build.bake.BakeDefinition}: it reads HCL, JSON and Compose files
/// into targets and groups; resolving names in it gives a {@link dev.slipway.build.bake.BakePlan}
/// of {@link dev.slipway.build.bake.BakeTarget}s, which {@link dev.slipway.build.bake.BakeBuilds}
/// has built at once. A target says what it wants as a command line of `slipway build`, so that
/// there is one way from an option to what it does.
///
/// Inside: `HclParser` and `JsonBodies` make the same `Body` of `Expr`essions, `ComposeFile` makes
/// targets itself; `Globals` evaluates variables, functions and blocks when they are first asked
/// for, so their order in the files does not matter. Nothing of this is loaded by other commands.
@NullMarked
package dev.slipway.build.bake;

import org.jspecify.annotations.NullMarked;
