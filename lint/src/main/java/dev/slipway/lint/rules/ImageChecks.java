package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Cmd;
import dev.slipway.dockerfile.CommandForm;
import dev.slipway.dockerfile.Entrypoint;
import dev.slipway.dockerfile.Healthcheck;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.Builds;
import dev.slipway.lint.ImageFiles;
import dev.slipway.lint.model.BuiltFile;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The image that the file made, as long as the file is the same: whether its commands can be run,
/// and who may become somebody else in it.
final class ImageChecks implements Check {
    private static final int SET_IDS = 06000;
    private static final int MOST_NAMES = 3;

    /// Programs that a shell of many programs in one does not bring along unseen.
    private static final Set<String> SEPARATE =
            Set.of(
                    "bash",
                    "curl",
                    "java",
                    "jq",
                    "mongosh",
                    "mysqladmin",
                    "node",
                    "npm",
                    "perl",
                    "pg_isready",
                    "php",
                    "python",
                    "python3",
                    "redis-cli",
                    "ruby");

    @Override
    public void check(LintFile file, Findings findings) {
        BuiltFile built = file.isTriggers() ? null : file.built();
        StageModel target = built == null ? null : built.target();
        if (built == null || target == null || !built.isCurrent()) {
            return;
        }
        ImageFiles files = built.build().files();
        setIds(built, files, findings);
        commands(file, built, target, new Programs(built.build(), files), findings);
    }

    private static void setIds(BuiltFile built, ImageFiles files, Findings findings) {
        ImageFiles base = built.build().base();
        for (Instruction instruction : built.shipped()) {
            Builds.Step step = built.step(instruction);
            List<String> names = new ArrayList<>();
            for (Builds.Change change : step == null ? List.<Builds.Change>of() : step.changes()) {
                boolean sets = change.kind() == Builds.Kind.FILE && (change.mode() & SET_IDS) != 0;
                if (sets && setsId(files, change.path()) && !setsId(base, change.path())) {
                    names.add(change.path());
                }
            }
            if (!names.isEmpty()) {
                int more = names.size() - MOST_NAMES;
                findings.at(instruction)
                        .says(
                                "new-setuid",
                                "Who runs "
                                        + String.join(
                                                ", ",
                                                names.subList(
                                                        0, Math.min(MOST_NAMES, names.size())))
                                        + (more > 0 ? " and " + more + " more" : "")
                                        + " becomes the file's owner or group; the base has"
                                        + (names.size() == 1 ? " no such file" : " none of these"))
                        .note(built.source())
                        .add();
            }
        }
    }

    private static boolean setsId(ImageFiles files, String path) {
        ImageFiles.Status status = files.status(path);
        return status != null && (status.mode() & SET_IDS) != 0;
    }

    private static void commands(
            LintFile file,
            BuiltFile built,
            StageModel target,
            Programs programs,
            Findings findings) {
        Entrypoint entrypoint = null;
        Cmd cmd = null;
        Healthcheck health = null;
        List<StageModel> chain = new ArrayList<>();
        for (StageModel stage = target; stage != null; stage = stage.parent()) {
            chain.addFirst(stage);
        }
        for (StageModel stage : chain) {
            for (Instruction instruction : stage.instructions()) {
                entrypoint = instruction instanceof Entrypoint each ? each : entrypoint;
                cmd = instruction instanceof Cmd each ? each : cmd;
                health = instruction instanceof Healthcheck each ? each : health;
            }
        }
        if (entrypoint != null) {
            command(file, target, entrypoint, entrypoint.command(), programs, built, findings);
        } else if (cmd != null && built.build().entrypoint().isEmpty()) {
            command(file, target, cmd, cmd.command(), programs, built, findings);
        }
        CommandForm checked = health == null ? null : health.command();
        if (health != null && checked != null) {
            command(file, target, health, checked, programs, built, findings);
        }
    }

    private static void command(
            LintFile file,
            StageModel target,
            Instruction instruction,
            CommandForm form,
            Programs programs,
            BuiltFile built,
            Findings findings) {
        String problem =
                switch (form) {
                    case CommandForm.Exec(List<String> words) ->
                            words.isEmpty() ? null : programs.problem(words.getFirst());
                    case CommandForm.ShellForm _ -> inShell(file, target, instruction, programs);
                };
        if (problem != null) {
            findings.at(instruction).says("command-cannot-run", problem).note(built.source()).add();
        }
    }

    private static @Nullable String inShell(
            LintFile file, StageModel target, Instruction instruction, Programs programs) {
        String shell = Dialect.firstWord(file.shellAt(target, instruction));
        String problem = programs.problem(shell);
        Script script = file.script(instruction);
        if (problem != null || script == null || script.commands().isEmpty()) {
            return problem;
        }
        Command first = script.commands().getFirst();
        boolean known = SEPARATE.contains(first.name()) || first.name().startsWith("/");
        return known && first.source().assignments().isEmpty()
                ? programs.problem(first.name())
                : null;
    }
}
