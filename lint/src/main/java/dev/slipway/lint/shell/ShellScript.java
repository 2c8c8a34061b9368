package dev.slipway.lint.shell;

import java.util.List;

/// A script as a tree.
///
/// @param text what was parsed
/// @param heredocs the bodies of its here-documents, in the order of the text; of one with a quoted
///   name the whole body is one literal
/// @param problems in the order of the text; empty if it is well formed
public record ShellScript(
        String text,
        ShellCommand.Sequence body,
        List<ShellWord> heredocs,
        List<ShellProblem> problems) {
    public ShellScript {
        heredocs = List.copyOf(heredocs);
        problems = List.copyOf(problems);
    }

    /// Parses a script; never throws.
    public static ShellScript parse(String text) {
        return new ShellParser(text).parse();
    }
}
