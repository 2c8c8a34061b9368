package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Comment;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Pragma;

/// Comments that silence findings.
final class PragmaChecks implements Check {
    @Override
    public void check(LintFile file, Findings findings) {
        if (file.isTriggers() || file.instructions().isEmpty()) {
            return;
        }
        for (Pragma pragma : file.pragmas()) {
            if (pragma.kind() != Pragma.Kind.IGNORE_NEXT) {
                continue;
            }
            Instruction any = file.instructions().getFirst();
            for (Comment comment : file.dockerfile().comments()) {
                if (comment.range().start().line() == pragma.line()) {
                    findings.at(any, comment.range()).as("DL1001", message(), pragma.line()).add();
                }
            }
        }
    }

    private static String message() {
        return "Please refrain from using inline ignore pragmas `# hadolint ignore=DLxxxx`.";
    }
}
