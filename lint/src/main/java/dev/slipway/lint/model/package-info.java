/// What the rules look at: a file cut into stages, its scripts and the commands in them.
@NullMarked
package dev.slipway.lint.model;

import org.jspecify.annotations.NullMarked;
