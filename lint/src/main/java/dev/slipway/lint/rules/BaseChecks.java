package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Flag;
import dev.slipway.dockerfile.From;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.MountFlag;
import dev.slipway.dockerfile.Run;
import dev.slipway.dockerfile.Word;
import dev.slipway.lint.BaseImages;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Base images: tags, registries, platforms.
final class BaseChecks implements Check {
    @Override
    public void check(LintFile file, Findings findings) {
        Set<String> names = new HashSet<>();
        for (StageModel stage : file.stages()) {
            From from = stage.from();
            if (from != null) {
                tag(from, names, findings);
                platform(stage, from, findings);
                pulled(file, stage, from, findings);
            }
            registries(file, stage, names, findings);
            if (from != null && from.name() != null) {
                names.add(from.name());
            }
        }
    }

    private static void tag(From from, Set<String> stages, Findings findings) {
        ImageName image = ImageName.of(from.image());
        boolean known = image.isScratch() || isStage(image, stages) || from.image().startsWith("$");
        Word written = from.source().arguments().getFirst();
        if (image.digest() != null) {
            return;
        }
        if (image.tag() == null && !known) {
            findings.at(from, written.range()).as("DL3006").add();
        } else if ("latest".equals(image.tag())) {
            findings.at(from, written.range()).as("DL3007").add();
        }
    }

    private static boolean isStage(ImageName image, Set<String> stages) {
        return image.registry() == null && image.tag() == null && stages.contains(image.name());
    }

    private static void platform(StageModel stage, From from, Findings findings) {
        String platform = from.platform();
        Flag flag = from.source().flag("platform");
        if (platform == null || flag == null) {
            return;
        }
        String plain = Wording.unquoted(platform);
        if (plain.equals("$TARGETPLATFORM") || plain.equals("${TARGETPLATFORM}")) {
            int start = flag.range().start().offset();
            int next = from.source().arguments().getFirst().range().start().offset();
            findings.at(from, flag.range())
                    .as("DL3065")
                    .as(
                            "RedundantTargetPlatform",
                            "Setting platform to predefined "
                                    + plain
                                    + " in FROM is redundant as this is the default behavior")
                    .fix(FixKind.SAFE, "Remove the flag", Blanks.removal(flag, start, next, from))
                    .add();
        }
        boolean allowed = plain.contains("BUILDPLATFORM") || plain.contains("TARGETPLATFORM");
        boolean constant = plain.indexOf('$') < 0 && !plain.isEmpty();
        boolean named = constant && isNamedAfter(stage.name(), plain);
        Findings.Report report = findings.at(from, flag.range());
        if (!allowed) {
            report.as("DL3029");
        }
        if (constant && !named) {
            report.as(
                    "FromPlatformFlagConstDisallowed",
                    "FROM --platform flag should not use constant value " + Wording.quoted(plain));
        }
        report.add();
    }

    // Only what is at hand can be compared; a stage that says its platform wants that one.
    private static void pulled(LintFile file, StageModel stage, From from, Findings findings) {
        BaseImages.Base base = stage.parent() == null ? BaseFacts.of(file, stage) : null;
        if (base == null || base.platform().isEmpty()) {
            return;
        }
        String wanted = file.settings().platform();
        String platform = from.platform();
        if (platform != null) {
            if (platform.indexOf('$') >= 0) {
                return;
            }
            wanted = platform;
        }
        boolean same = base.platform().equals(wanted) || base.platform().startsWith(wanted + "/");
        if (!same) {
            findings.at(from, from.source().arguments().getFirst().range())
                    .as(
                            "InvalidBaseImagePlatform",
                            "Base image "
                                    + from.image()
                                    + " was pulled with platform "
                                    + Wording.quoted(base.platform())
                                    + ", expected "
                                    + Wording.quoted(wanted)
                                    + " for current build")
                    .add();
        }
    }

    // A stage called after the system or architecture is meant for that platform.
    private static boolean isNamedAfter(@Nullable String stage, String platform) {
        if (stage == null) {
            return false;
        }
        int slash = platform.indexOf('/');
        String system = slash < 0 ? platform : platform.substring(0, slash);
        String rest = slash < 0 ? "" : platform.substring(slash + 1);
        int variant = rest.indexOf('/');
        String architecture = variant < 0 ? rest : rest.substring(0, variant);
        return stage.contains(system) || (!architecture.isEmpty() && stage.contains(architecture));
    }

    private static void registries(
            LintFile file, StageModel stage, Set<String> stages, Findings findings) {
        List<String> trusted = file.settings().trustedRegistries();
        if (trusted.isEmpty()) {
            return;
        }
        From from = stage.from();
        if (from != null) {
            registry(from, from.image(), stages, trusted, findings);
        }
        for (Instruction instruction : stage.instructions()) {
            if (instruction instanceof Copy copy && copy.from() != null) {
                registry(copy, copy.from(), stages, trusted, findings);
            } else if (instruction instanceof Run run) {
                for (MountFlag mount : run.mounts()) {
                    for (MountFlag.Field field : mount.fields()) {
                        String source = field.key().equals("from") ? field.value() : null;
                        if (source != null) {
                            registry(run, source, stages, trusted, findings);
                        }
                    }
                }
            }
        }
    }

    private static void registry(
            Instruction instruction,
            String name,
            Set<String> stages,
            List<String> trusted,
            Findings findings) {
        ImageName image = ImageName.of(name);
        boolean stage = stages.contains(name) || Wording.allDigits(name);
        if (!stage && !image.isScratch() && !image.isTrusted(trusted)) {
            findings.at(instruction).as("DL3026").add();
        }
    }
}
