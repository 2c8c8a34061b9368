package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Add;
import dev.slipway.dockerfile.Cmd;
import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Entrypoint;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Run;
import dev.slipway.dockerfile.Volume;
import dev.slipway.dockerfile.Workdir;
import dev.slipway.lint.BaseImages;
import dev.slipway.lint.Builds;
import dev.slipway.lint.model.BuiltFile;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What a stage inherits and may not expect: volumes that hide what is written to them, a command
/// that an `ENTRYPOINT` takes away.
final class BaseTrapChecks implements Check {
    @Override
    public void check(LintFile file, Findings findings) {
        if (file.isTriggers()) {
            return;
        }
        for (StageModel stage : file.stages()) {
            if (stage.index() >= 0 && (stage.isLast() || stage.isBase())) {
                BaseImages.Base base = BaseFacts.of(file, stage);
                if (base != null && stage.parent() == null) {
                    commandReset(stage, base, findings);
                }
                volumes(file, stage, base, findings);
            }
        }
    }

    // As docker and BuildKit have it: an ENTRYPOINT clears a CMD that the stage did not set.
    private static void commandReset(StageModel stage, BaseImages.Base base, Findings findings) {
        Entrypoint entrypoint = null;
        for (Instruction instruction : stage.instructions()) {
            if (instruction instanceof Cmd) {
                return;
            }
            entrypoint = instruction instanceof Entrypoint each ? each : entrypoint;
        }
        if (entrypoint != null && !base.command().isEmpty()) {
            findings.at(entrypoint)
                    .says(
                            "base-command-reset",
                            "The base's CMD no longer counts, as ENTRYPOINT is set here: it was "
                                    + String.join(" ", base.command()))
                    .note("the configuration of the base (E2)")
                    .add();
        }
    }

    private static void volumes(
            LintFile file, StageModel stage, BaseImages.@Nullable Base base, Findings findings) {
        List<String> volumes = new ArrayList<>(base == null ? List.of() : base.volumes());
        String directory = base == null ? "/" : base.workingDirectory();
        for (StageModel above = stage.parent(); above != null; above = above.parent()) {
            for (Instruction instruction : above.instructions()) {
                declare(instruction, volumes);
            }
            directory = ""; // set somewhere above
        }
        for (Instruction instruction : stage.instructions()) {
            declare(instruction, volumes);
            switch (instruction) {
                case Workdir workdir -> directory = join(directory, workdir.path());
                case Copy copy ->
                        written(copy, join(directory, copy.destination()), volumes, "", findings);
                case Add add ->
                        written(add, join(directory, add.destination()), volumes, "", findings);
                case Run run -> ran(file, run, volumes, findings);
                default -> {}
            }
        }
    }

    private static void declare(Instruction instruction, List<String> volumes) {
        if (instruction instanceof Volume volume) {
            volumes.addAll(volume.paths());
        }
    }

    // What it wrote shows in its layer.
    private static void ran(LintFile file, Run run, List<String> volumes, Findings findings) {
        BuiltFile built = volumes.isEmpty() ? null : file.built();
        Builds.Step step = built == null ? null : built.step(run);
        if (built == null || step == null) {
            return;
        }
        for (Builds.Change change : step.changes()) {
            if (change.kind() == Builds.Kind.FILE
                    && written(run, change.path(), volumes, built.source(), findings)) {
                return;
            }
        }
    }

    private static boolean written(
            Instruction instruction,
            String path,
            List<String> volumes,
            String source,
            Findings findings) {
        for (String volume : volumes) {
            String place = trimmed(Wording.unquoted(volume));
            boolean inside =
                    !place.isEmpty()
                            && place.startsWith("/")
                            && (trimmed(path).equals(place) || path.startsWith(place + "/"));
            if (inside) {
                findings.at(instruction)
                        .says(
                                "write-to-volume",
                                "This writes to the volume "
                                        + place
                                        + ": a container does not see it where something else is"
                                        + " mounted there")
                        .note(source.isEmpty() ? null : source)
                        .add();
                return true;
            }
        }
        return false;
    }

    private static String trimmed(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static String join(String directory, String path) {
        String plain = Wording.unquoted(path);
        if (plain.startsWith("/") || plain.indexOf('$') >= 0) {
            return plain;
        }
        if (directory.isEmpty()) {
            return ""; // not known
        }
        String rest = ContextChecks.clean(plain);
        return rest.isEmpty() ? directory : trimmed(directory) + "/" + rest;
    }
}
