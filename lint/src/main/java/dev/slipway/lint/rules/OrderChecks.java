package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.Cmd;
import dev.slipway.dockerfile.CommandForm;
import dev.slipway.dockerfile.Entrypoint;
import dev.slipway.dockerfile.Healthcheck;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Invalid;
import dev.slipway.dockerfile.Maintainer;
import dev.slipway.dockerfile.OnBuild;
import dev.slipway.dockerfile.Problem;
import dev.slipway.dockerfile.Shell;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which instructions there are, how often and in which order and form.
final class OrderChecks implements Check {
    private static final Set<String> SINGLE = Set.of("CMD", "ENTRYPOINT", "HEALTHCHECK");

    @Override
    public void check(LintFile file, Findings findings) {
        for (StageModel stage : file.stages()) {
            if (stage.index() < 0 && file.stages().size() > 1) {
                beforeFrom(stage, findings);
            } else if (stage.index() < 0 && !file.isTriggers()) {
                beforeFrom(stage, findings);
            }
            Map<String, Instruction> last = new HashMap<>();
            for (Instruction instruction : stage.instructions()) {
                once(instruction, last, findings);
                maintainer(instruction, findings);
                trigger(instruction, findings);
                form(file, stage, instruction, findings);
            }
        }
        health(file, findings);
        emptyContinuations(file, findings);
    }

    private static void beforeFrom(StageModel stage, Findings findings) {
        for (Instruction instruction : stage.instructions()) {
            if (!(instruction instanceof Arg)) {
                findings.at(instruction).as("DL3061").add();
            }
        }
    }

    private static String keyword(Instruction instruction) {
        return Wording.upper(instruction.source().keyword().text());
    }

    private static void once(
            Instruction instruction, Map<String, Instruction> last, Findings findings) {
        String keyword = keyword(instruction);
        if (!SINGLE.contains(keyword)) {
            return;
        }
        Instruction dead = last.put(keyword, instruction);
        if (dead == null) {
            return;
        }
        String hadolint =
                switch (keyword) {
                    case "CMD" -> "DL4003";
                    case "ENTRYPOINT" -> "DL4004";
                    default -> "DL3012";
                };
        String message =
                "Multiple "
                        + keyword
                        + " instructions should not be used in the same stage because only the"
                        + " last one will be used";
        findings.at(instruction)
                .as(hadolint)
                .as("MultipleInstructionsDisallowed", message, dead.range().start().line())
                .add();
    }

    private static void maintainer(Instruction instruction, Findings findings) {
        if (!(instruction instanceof Maintainer maintainer)) {
            return;
        }
        String name = Wording.unquoted(maintainer.name());
        String label = "LABEL org.opencontainers.image.authors=" + Wording.quoted(name);
        boolean plain = name.indexOf('\\') < 0 && name.indexOf('"') < 0;
        Findings.Report report =
                findings.at(instruction)
                        .as("DL4000")
                        .as(
                                "MaintainerDeprecated",
                                "Maintainer instruction is deprecated in favor of using label");
        if (plain) {
            report.fix(FixKind.UNSAFE, "Use a label", Wording.replace(instruction.range(), label));
        }
        report.add();
    }

    private static void trigger(Instruction instruction, Findings findings) {
        if (instruction instanceof OnBuild onBuild) {
            String keyword = keyword(onBuild.trigger());
            if (Set.of("ONBUILD", "FROM", "MAINTAINER").contains(keyword)) {
                findings.at(instruction).as("DL3043").add();
            }
        } else if (instruction instanceof Invalid && keyword(instruction).equals("ONBUILD")) {
            String rest = Wording.upper(instruction.source().rest().text());
            if (rest.startsWith("ONBUILD")
                    || rest.startsWith("FROM")
                    || rest.startsWith("MAINTAINER")) {
                findings.at(instruction).as("DL3043").add();
            }
        }
    }

    private static void form(
            LintFile file, StageModel stage, Instruction instruction, Findings findings) {
        CommandForm form =
                switch (instruction) {
                    case Cmd cmd -> cmd.command();
                    case Entrypoint entrypoint -> entrypoint.command();
                    case Healthcheck check -> check.command();
                    default -> null;
                };
        if (!(form instanceof CommandForm.ShellForm)) {
            return;
        }
        Findings.Report report = findings.at(instruction).as("DL3025");
        if (!(instruction instanceof Healthcheck) && !hasShell(file, stage)) {
            report.as(
                    "JSONArgsRecommended",
                    "JSON arguments recommended for "
                            + keyword(instruction)
                            + " to prevent unintended behavior related to OS signals");
        }
        Script script = file.script(instruction);
        if (script != null) {
            report.fix(FixKind.UNSAFE, "Use the JSON form", JsonForm.edits(file, script));
        }
        report.add();
    }

    private static boolean hasShell(LintFile file, StageModel stage) {
        StageModel at = stage;
        while (at != null) {
            for (Instruction instruction : at.instructions()) {
                if (instruction instanceof Shell) {
                    return true;
                }
            }
            at = at.parent();
        }
        var base = BaseFacts.of(file, stage);
        return base != null && !base.shell().isEmpty();
    }

    private static void health(LintFile file, Findings findings) {
        Set<StageModel> fine = new HashSet<>();
        for (StageModel stage : file.stages()) { // a parent stands before its heirs
            if (isChecked(stage) || fine.contains(stage.parent())) {
                fine.add(stage);
            }
        }
        for (StageModel stage : file.stages().reversed()) {
            // A stage that only other stages build on is fine if all of those are.
            if (!stage.heirs().isEmpty() && fine.containsAll(stage.heirs())) {
                fine.add(stage);
            }
        }
        for (StageModel stage : file.stages()) {
            Instruction head = stage.head();
            if (head != null && !fine.contains(stage)) {
                var base = BaseFacts.of(file, stage);
                if (base == null || !base.hasHealthcheck()) {
                    findings.at(head).as("DL3057").add();
                }
            }
        }
    }

    private static boolean isChecked(StageModel stage) {
        for (Instruction instruction : stage.instructions()) {
            if (instruction instanceof Healthcheck) {
                return true;
            }
        }
        return false;
    }

    private static void emptyContinuations(LintFile file, Findings findings) {
        if (file.isTriggers()) {
            return;
        }
        List<Instruction> instructions = file.instructions();
        for (Problem problem : file.dockerfile().problems()) {
            if (!"NoEmptyContinuation".equals(problem.rule())) {
                continue;
            }
            int at = problem.range().start().offset();
            for (Instruction instruction : instructions) {
                boolean holds =
                        instruction.range().start().offset() <= at
                                && at <= instruction.range().end().offset();
                if (holds) {
                    Continuations.report(file, instruction, problem, findings);
                    break;
                }
            }
        }
    }
}
