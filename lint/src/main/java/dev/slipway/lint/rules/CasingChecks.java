package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Invalid;
import dev.slipway.dockerfile.Word;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;

/// Upper and lower case of keywords.
final class CasingChecks implements Check {
    @Override
    public void check(LintFile file, Findings findings) {
        if (file.isTriggers()) {
            return;
        }
        int upper = 0;
        int lower = 0;
        for (Instruction instruction : file.instructions()) {
            String keyword = instruction.source().keyword().text();
            upper += Wording.isUpper(keyword) ? 1 : 0;
            lower += Wording.isLower(keyword) ? 1 : 0;
        }
        boolean toLower = lower > upper;
        for (Instruction instruction : file.instructions()) {
            Word keyword = instruction.source().keyword();
            String right = toLower ? Wording.lower(keyword.text()) : Wording.upper(keyword.text());
            if (!keyword.text().equals(right) && !(instruction instanceof Invalid)) {
                findings.at(instruction, keyword.range())
                        .as(
                                "ConsistentInstructionCasing",
                                "Command '"
                                        + keyword.text()
                                        + "' should match the case of the command majority ("
                                        + (toLower ? "lowercase" : "uppercase")
                                        + ")")
                        .fix(
                                FixKind.SAFE,
                                "Write " + right,
                                Wording.replace(keyword.range(), right))
                        .add();
            }
        }
    }
}
