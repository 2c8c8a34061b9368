package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Edit;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.Script;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A script of a `RUN` while shell checks look at it.
final class ScriptStep {
    private final RunCheck.Step step;
    private final Dialect dialect;
    private final ShellVariables variables;
    private final Set<String> reported = new HashSet<>();

    ScriptStep(RunCheck.Step step, Dialect dialect, ShellVariables variables) {
        this.step = step;
        this.dialect = dialect;
        this.variables = variables;
    }

    Script script() {
        return step.script();
    }

    RunCheck.Step step() {
        return step;
    }

    Dialect dialect() {
        return dialect;
    }

    ShellVariables variables() {
        return variables;
    }

    List<Command> commands() {
        return step.script().commands();
    }

    /// Reports what stands from `start` up to `end` of the script; the same words only once for a
    /// place.
    void report(String code, String message, int start, int end) {
        report(code, message, start, end, FixKind.NONE, "", List.of());
    }

    void report(
            String code,
            String message,
            int start,
            int end,
            FixKind kind,
            String title,
            List<Edit> edits) {
        if (reported.add(code + message + start)) {
            step.findings()
                    .at(step.run(), step.file().range(script(), start, end))
                    .as(code, message)
                    .fix(kind, title, edits)
                    .add();
        }
    }

    /// Returns an edit that replaces a stretch of the script that is in one piece in the file; none
    /// if it is not.
    List<Edit> replacement(int start, int end, String text) {
        int from = script().source().offset(start);
        int to = script().source().endOffset(end);
        boolean whole = to - from == end - start;
        return whole ? List.of(new Edit(step.file().lines().range(from, to), text)) : List.of();
    }
}
