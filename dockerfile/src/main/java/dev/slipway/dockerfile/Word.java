package dev.slipway.dockerfile;

/// One argument of an instruction.
///
/// @param text what the builder sees: line continuations are gone and an element of a JSON array is
///   decoded, but quotes and variables of the shell form are still there
/// @param range where it is written
public record Word(String text, Range range) {}
