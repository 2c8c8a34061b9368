/// Findings as text: for people, and in the shapes that other tools read.
@NullMarked
package dev.slipway.lint.output;

import org.jspecify.annotations.NullMarked;
