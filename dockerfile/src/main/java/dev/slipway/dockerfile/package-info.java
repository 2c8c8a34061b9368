/// The Dockerfile language: text to syntax tree with exact source ranges, and back.
///
/// Start at [dev.slipway.dockerfile.Dockerfile] (the tree), [dev.slipway.dockerfile.Expander]
/// (variables, quotes and words), [dev.slipway.dockerfile.IgnorePatterns] (`.dockerignore`) and
/// [dev.slipway.dockerfile.Edits] (ranged changes of the text). Everything here is immutable and
/// safe to share between threads.
@NullMarked
package dev.slipway.dockerfile;

import org.jspecify.annotations.NullMarked;
