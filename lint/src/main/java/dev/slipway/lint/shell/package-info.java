/// Shell scripts: text to syntax tree with exact positions. POSIX sh and what bash adds, read
/// tolerantly: what is wrong becomes a [dev.slipway.lint.shell.ShellProblem] and reading goes on.
/// Time is linear in the text, recursion is bounded.
@NullMarked
package dev.slipway.lint.shell;

import org.jspecify.annotations.NullMarked;
