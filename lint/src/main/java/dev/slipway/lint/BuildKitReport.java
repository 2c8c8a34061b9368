package dev.slipway.lint;

import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.MountFlag;
import dev.slipway.dockerfile.Run;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What `docker build --check` says of a file.
///
/// @param warnings by line, then by name
/// @param error whether the file's `check` directive makes them errors
public record BuildKitReport(List<Warning> warnings, boolean error) {
    /// A warning.
    public record Warning(Finding finding, Verdict verdict) {}

    /// Checks that are only made of stages that are built.
    private static final Set<String> EVALUATED =
            Set.of(
                    "UndefinedVar",
                    "LegacyKeyValueFormat",
                    "JSONArgsRecommended",
                    "WorkdirRelativePath",
                    "MultipleInstructionsDisallowed",
                    "CopyIgnoredFile",
                    "SecretsUsedInArgOrEnv",
                    "ExposeProtoCasing",
                    "ExposeInvalidFormat");

    public BuildKitReport {
        warnings = List.copyOf(warnings);
    }

    static BuildKitReport of(LintFile file, List<Finding> findings, @Nullable String target) {
        Set<StageModel> built = new HashSet<>();
        reach(file, target(file, target), built);
        List<Warning> warnings = new ArrayList<>();
        for (Finding finding : findings) {
            for (Verdict verdict : finding.verdicts()) {
                boolean theirs =
                        new RuleName(verdict.code(), null).tool() == RuleName.Tool.BUILDKIT;
                boolean seen = !EVALUATED.contains(verdict.code()) || isIn(file, finding, built);
                if (theirs && seen) {
                    warnings.add(new Warning(finding, verdict));
                }
            }
        }
        warnings.sort(
                Comparator.<Warning>comparingInt(w -> w.verdict().line())
                        .thenComparing(w -> w.verdict().code())
                        .thenComparing(w -> w.verdict().message()));
        return new BuildKitReport(warnings, Suppressions.isError(file));
    }

    private static boolean isIn(LintFile file, Finding finding, Set<StageModel> built) {
        int offset = finding.range().start().offset();
        StageModel holder = null;
        for (StageModel stage : file.stages()) {
            Instruction head = stage.head();
            if (head == null || head.range().start().offset() <= offset) {
                holder = stage;
            }
        }
        return holder == null || holder.head() == null || built.contains(holder);
    }

    private static @Nullable StageModel target(LintFile file, @Nullable String target) {
        StageModel last = file.stages().isEmpty() ? null : file.stages().getLast();
        if (target == null) {
            return last;
        }
        StageModel found = stage(file, target);
        return found == null ? last : found;
    }

    private static @Nullable StageModel stage(LintFile file, String name) {
        StageModel named = file.stage(name);
        if (named != null) {
            return named;
        }
        for (StageModel stage : file.stages()) {
            if (String.valueOf(stage.index()).equals(name)) {
                return stage;
            }
        }
        return null;
    }

    private static void reach(LintFile file, @Nullable StageModel stage, Set<StageModel> built) {
        List<StageModel> next = new ArrayList<>();
        if (stage != null) {
            next.add(stage);
        }
        while (!next.isEmpty()) {
            StageModel at = next.removeLast();
            if (!built.add(at)) {
                continue;
            }
            StageModel parent = at.parent();
            if (parent != null) {
                next.add(parent);
            }
            for (Instruction instruction : at.instructions()) {
                for (String name : sources(instruction)) {
                    StageModel source = stage(file, name);
                    if (source != null) {
                        next.add(source);
                    }
                }
            }
        }
    }

    private static List<String> sources(Instruction instruction) {
        List<String> names = new ArrayList<>();
        if (instruction instanceof Copy copy && copy.from() != null) {
            names.add(copy.from());
        } else if (instruction instanceof Run run) {
            for (MountFlag mount : run.mounts()) {
                for (MountFlag.Field field : mount.fields()) {
                    String value = field.value();
                    if (field.key().equals("from") && value != null) {
                        names.add(value);
                    }
                }
            }
        }
        return names;
    }
}
