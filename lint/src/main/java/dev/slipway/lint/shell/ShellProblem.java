package dev.slipway.lint.shell;

/// Something in a script that no shell understands.
///
/// @param start offset in the script
/// @param end offset behind it
public record ShellProblem(String message, int start, int end) {}
