/// Rules over Dockerfiles: what is wrong, why, and how to make it right.
///
/// Start at [dev.slipway.lint.Linter], which yields [dev.slipway.lint.Finding]s, and at
/// [dev.slipway.lint.RuleBook], which knows every [dev.slipway.lint.Rule] under all the names that
/// tools have given it. A rule is data, read from the resource `rules/*.rules`; what it looks for
/// is in the package `rules`, over the model of `model` and the scripts of `shell`.
@NullMarked
package dev.slipway.lint;

import org.jspecify.annotations.NullMarked;
