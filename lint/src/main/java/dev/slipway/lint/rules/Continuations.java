package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Edit;
import dev.slipway.dockerfile.Heredoc;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Problem;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.Lines;
import dev.slipway.lint.model.LintFile;

import java.util.ArrayList;
import java.util.List;

/// Empty lines in the middle of an instruction.
final class Continuations {
    private Continuations() {}

    /// Reports the empty lines of an instruction, on the line BuildKit does: the last of it.
    static void report(LintFile file, Instruction instruction, Problem problem, Findings findings) {
        int last = lastLine(instruction);
        findings.at(instruction, problem.range())
                .as("NoEmptyContinuation", problem.message(), last)
                .fix(FixKind.SAFE, "Remove the empty lines", removals(file, instruction, last))
                .add();
    }

    private static int lastLine(Instruction instruction) {
        List<Heredoc> heredocs = instruction.source().heredocs();
        return heredocs.isEmpty()
                ? instruction.range().end().line()
                : heredocs.getFirst().contentRange().start().line() - 1;
    }

    private static List<Edit> removals(LintFile file, Instruction instruction, int last) {
        Lines lines = file.lines();
        List<Edit> edits = new ArrayList<>();
        for (int line = instruction.range().start().line() + 1; line <= last; line++) {
            boolean ends = line == lines.count();
            if (lines.text(line).isBlank() && !ends) {
                edits.add(new Edit(lines.range(lines.start(line), lines.start(line + 1)), ""));
            }
        }
        return edits;
    }
}
