package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What to run in the state of a step.
///
/// @param args the command; empty: a shell, the best that is there
/// @param user in place of the step's; null: the step's
/// @param cwd in place of the step's, absolute; null: the step's
/// @param env more variables, `NAME=value` each
/// @param terminal whether its streams are a terminal
public record ShellCommand(
        List<String> args,
        @Nullable String user,
        @Nullable String cwd,
        List<String> env,
        boolean terminal) {
    public ShellCommand {
        args = List.copyOf(args);
        env = List.copyOf(env);
    }
}
