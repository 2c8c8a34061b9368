package dev.slipway.dockerfile;

/// A parser directive, such as `# syntax=docker/dockerfile:1`.
///
/// @param name in lower case: `syntax`, `escape` or `check`
/// @param value what follows `=`, without the blanks around it; never empty
/// @param range from `#` to the end of the value
/// @param valueRange where the value is written
public record Directive(String name, String value, Range range, Range valueRange) {}
