package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Problem;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;

/// What the parser says.
final class SyntaxChecks implements Check {
    @Override
    public void check(LintFile file, Findings findings) {
        if (file.isTriggers()) {
            return;
        }
        for (Problem problem : file.dockerfile().problems()) {
            String meant = problem.suggestion();
            String message =
                    problem.message() + (meant == null ? "" : " (did you mean " + meant + "?)");
            if (problem.severity() == Problem.Severity.ERROR && !isSaidElsewhere(file, problem)) {
                findings.at(problem.range()).as("DL1000", message).add();
            } else if (problem.severity() == Problem.Severity.WARNING && problem.rule() == null) {
                findings.at(problem.range()).says("meaningless-words", message).add();
            }
        }
    }

    // That an instruction has no FROM before it is a rule of its own, for each of them.
    private static boolean isSaidElsewhere(LintFile file, Problem problem) {
        if (!problem.message().startsWith("no build stage")) {
            return false;
        }
        for (Instruction instruction : file.instructions()) {
            if (instruction.source().keyword().range().equals(problem.range())) {
                return true;
            }
        }
        return false;
    }
}
