package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Shell;
import dev.slipway.lint.BaseImages;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import java.util.List;
import java.util.Set;

/// Pipes, whose failures a shell hides unless told otherwise.
final class PipeChecks extends RunCheck {
    private static final Set<String> KNOWS_PIPEFAIL = Set.of("bash", "zsh", "ash");

    private boolean safe;

    @Override
    void begin(LintFile file, StageModel stage) {
        safe = false;
    }

    @Override
    void other(Instruction instruction) {
        if (instruction instanceof Shell shell) {
            safe = isSafe(shell.command());
        }
    }

    @Override
    void step(Step step) {
        boolean foreign = LintFile.isForeignShell(step.file().shellAt(step.stage(), step.run()));
        if (safe || foreign || step.script().exec() || !step.script().pipes()) {
            return;
        }
        step.findings().at(step.run()).as("DL4006").note(note(step)).add();
    }

    private static @org.jspecify.annotations.Nullable String note(Step step) {
        BaseImages.Base base = BaseFacts.of(step.file(), step.stage());
        String shell = base == null ? null : base.resolve("/bin/sh");
        return shell == null ? null : "/bin/sh of the base is " + shell;
    }

    private static boolean isSafe(List<String> shell) {
        if (LintFile.isForeignShell(shell.getFirst())) {
            return true;
        }
        boolean option = false;
        boolean pipefail = false;
        for (String word : shell.subList(1, shell.size())) {
            option |= word.length() > 1 && word.startsWith("-") && word.indexOf('o') > 0;
            pipefail |= word.equals("pipefail");
        }
        return option && pipefail && KNOWS_PIPEFAIL.contains(Wording.baseName(shell.getFirst()));
    }
}
