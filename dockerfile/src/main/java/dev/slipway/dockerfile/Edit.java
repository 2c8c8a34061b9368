package dev.slipway.dockerfile;

/// A change of the text of a file.
///
/// @param range what goes; empty to insert
/// @param replacement what comes instead; empty to delete
public record Edit(Range range, String replacement) {}
