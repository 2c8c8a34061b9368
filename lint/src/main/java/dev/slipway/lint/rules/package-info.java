/// What each rule looks for; a class per subject. [dev.slipway.lint.rules.Checks] lists them.
@NullMarked
package dev.slipway.lint.rules;

import org.jspecify.annotations.NullMarked;
