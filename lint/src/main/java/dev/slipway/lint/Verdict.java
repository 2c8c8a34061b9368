package dev.slipway.lint;

/// A finding as another tool words it.
///
/// @param code that tool's name for the rule
/// @param line where that tool reports it, from 1
public record Verdict(String code, String message, int line) {}
