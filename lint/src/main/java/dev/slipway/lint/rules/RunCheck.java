package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.MountFlag;
import dev.slipway.dockerfile.Run;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;

import java.util.List;

/// Looks at every `RUN`.
abstract class RunCheck implements Check {
    /// A `RUN` and what is around it.
    record Step(LintFile file, StageModel stage, Run run, Script script, Findings findings) {
        List<Command> commands() {
            return script.commands();
        }

        /// Begins a finding about one command of it.
        Findings.Report at(Command command) {
            return findings.at(run, file.range(script, command));
        }

        /// Returns whether a cache or tmpfs is mounted at a path that holds `part`.
        boolean mounts(String part) {
            for (MountFlag mount : run.mounts()) {
                boolean kept = true;
                boolean there = false;
                for (MountFlag.Field field : mount.fields()) {
                    String value = field.value();
                    String text = value == null ? "" : value;
                    switch (field.key()) {
                        case "type" -> kept = text.equals("cache") || text.equals("tmpfs");
                        case "target", "dst", "destination" ->
                                there = withoutSlash(text).endsWith(part);
                        default -> {}
                    }
                }
                boolean typed = mount.flag().text().contains("type=");
                if (kept && there && typed) {
                    return true;
                }
            }
            return false;
        }

        private static String withoutSlash(String path) {
            return path.length() > 1 && path.endsWith("/")
                    ? path.substring(0, path.length() - 1)
                    : path;
        }
    }

    @Override
    public final void check(LintFile file, Findings findings) {
        for (StageModel stage : file.stages()) {
            begin(file, stage);
            for (Instruction instruction : stage.instructions()) {
                Script script = instruction instanceof Run ? file.script(instruction) : null;
                if (instruction instanceof Run run && script != null) {
                    step(new Step(file, stage, run, script, findings));
                } else {
                    other(instruction);
                }
            }
        }
    }

    /// Called at the start of each stage.
    void begin(LintFile file, StageModel stage) {}

    /// Called for each instruction that is no `RUN`.
    void other(Instruction instruction) {}

    /// Called for each `RUN`.
    abstract void step(Step step);
}
