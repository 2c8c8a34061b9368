package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

/// An option of an instruction, such as `--from=build`.
///
/// @param name without the leading `--`
/// @param value what follows `=`, with quotes and escapes removed; null if there is no `=`
/// @param range from the first dash to the end of the value
/// @param valueRange where the value is written; null if there is none
public record Flag(String name, @Nullable String value, Range range, @Nullable Range valueRange) {
    /// Returns the flag as one word, quotes and escapes removed: `--name` or `--name=value`.
    public String text() {
        return value == null ? "--" + name : "--" + name + "=" + value;
    }
}
