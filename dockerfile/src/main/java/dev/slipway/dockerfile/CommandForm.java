package dev.slipway.dockerfile;

import java.util.List;

/// How a command is given: words to execute, or a line for the shell.
public sealed interface CommandForm {
    /// The JSON form, `["a", "b"]`: executed as it is, no shell. May be empty.
    record Exec(List<String> args) implements CommandForm {
        public Exec {
            args = List.copyOf(args);
        }
    }

    /// The shell form: one script for the stage's `SHELL`. May be empty.
    record ShellForm(String script) implements CommandForm {}
}
