package dev.slipway.lint.model;

import dev.slipway.lint.shell.ShellWord;

/// An argument of a command.
///
/// @param text with quotes removed and each expansion as `${name}`
/// @param start offset in the script
/// @param end offset behind it
/// @param word as it is in the tree
public record Argument(String text, int start, int end, ShellWord word) {
    /// Returns whether it is an option: begins with a dash that is not all of it.
    public boolean isFlag() {
        return text.length() > 1 && text.charAt(0) == '-';
    }
}
