package dev.slipway.dockerfile;

/// A comment line; also one between the lines of an instruction.
///
/// @param text what follows `#`, without the blanks around it
/// @param range from `#` to the end of the line
public record Comment(String text, Range range) {}
