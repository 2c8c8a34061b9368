package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Add;
import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Run;
import dev.slipway.dockerfile.Workdir;
import dev.slipway.lint.Builds;
import dev.slipway.lint.ContextFiles;
import dev.slipway.lint.Finding;
import dev.slipway.lint.model.BuiltFile;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What a finished build of the file showed: what layers hold in vain, and what was done again in
/// vain. Comes last, as it corrects what others could only suppose.
final class BuildChecks implements Check {
    /// Less is not worth a word.
    private static final long LEAST_BYTES = 100_000;

    private static final long LEAST_NANOS = 1_000_000_000;

    private static final Map<String, List<String>> CACHES =
            Map.of(
                    "apt-lists-kept", List.of("/var/lib/apt/lists/"),
                    "apk-cache-kept", List.of("/var/cache/apk/", "/etc/apk/cache/"),
                    "yum-cache-kept", List.of("/var/cache/yum/", "/var/cache/dnf/"),
                    "dnf-cache-kept",
                            List.of("/var/cache/dnf/", "/var/cache/libdnf5/", "/var/cache/yum/"),
                    "zypper-cache-kept", List.of("/var/cache/zypp/"),
                    "pip-cache-kept", List.of("/.cache/pip/"),
                    "yarn-cache-kept", List.of("/.cache/yarn/", "/.yarn/cache/"));

    @Override
    public void check(LintFile file, Findings findings) {
        BuiltFile built = file.isTriggers() ? null : file.built();
        if (built == null) {
            return;
        }
        measure(file, built, findings);
        Map<String, Instruction> owners = new HashMap<>();
        Map<String, Builds.Change> last = new HashMap<>();
        for (Instruction instruction : built.shipped()) {
            Builds.Step step = built.step(instruction);
            if (step != null) {
                layer(new Layer(file, built, instruction, step), owners, last, findings);
            }
        }
        for (StageModel stage : file.stages()) {
            order(file, built, stage, findings);
        }
    }

    /// The layer of an instruction.
    private record Layer(
            LintFile file, BuiltFile built, Instruction instruction, Builds.Step step) {}

    // What is kept of package managers is known now: how much, or that it is nothing.
    private static void measure(LintFile file, BuiltFile built, Findings findings) {
        List<Finding> list = findings.list();
        for (int i = list.size() - 1; i >= 0; i--) {
            Finding finding = list.get(i);
            List<String> places = CACHES.get(finding.rule().name());
            Instruction instruction = places == null ? null : at(file, finding);
            Builds.Step step = instruction == null ? null : built.step(instruction);
            if (places == null || instruction == null || step == null) {
                continue;
            }
            if (!step.isShipped()) {
                if (built.target() != null && !built.isInImage(instruction)) {
                    list.remove(i);
                }
                continue;
            }
            long bytes = 0;
            for (Builds.Change change : step.changes()) {
                bytes += isUnder(change.path(), places) ? change.sizeBytes() : 0;
            }
            if (bytes == 0) {
                list.remove(i);
            } else {
                String note = ContextContent.size(bytes) + " in the layer, " + built.source();
                list.set(i, finding.withNote(note));
            }
        }
    }

    private static boolean isUnder(String path, List<String> places) {
        for (String place : places) {
            boolean anywhere = place.startsWith("/.");
            if (anywhere ? path.contains(place) : path.startsWith(place)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Instruction at(LintFile file, Finding finding) {
        for (Instruction instruction : file.instructions()) {
            if (instruction.range().contains(finding.range())) {
                return instruction;
            }
        }
        return null;
    }

    private static void layer(
            Layer layer,
            Map<String, Instruction> owners,
            Map<String, Builds.Change> last,
            Findings findings) {
        Map<Integer, Long> again = new LinkedHashMap<>();
        Map<Integer, Gone> gone = new LinkedHashMap<>();
        for (Builds.Change change : layer.step().changes()) {
            switch (change.kind()) {
                case FILE -> {
                    Builds.Change before = last.get(change.path());
                    Instruction owner = owners.get(change.path());
                    boolean same =
                            before != null
                                    && before.sizeBytes() == change.sizeBytes()
                                    && before.time().equals(change.time());
                    if (same && owner != null) {
                        again.merge(line(owner), change.sizeBytes(), Long::sum);
                    }
                    last.put(change.path(), change);
                    owners.put(change.path(), layer.instruction());
                }
                case OTHER -> {
                    last.remove(change.path());
                    owners.remove(change.path());
                }
                case REMOVED, EMPTIED -> remove(change, owners, last, gone);
            }
        }
        if (layer.instruction() instanceof Run run) {
            again.forEach((line, bytes) -> storedAgain(layer, run, line, bytes, findings));
            gone.forEach((line, files) -> deleted(layer, run, line, files, findings));
        }
    }

    /// Files of one instruction that another removes.
    private static final class Gone {
        private final Instruction owner;
        private long bytes;
        private int count;
        private String first = "";
        private String secret = "";

        Gone(Instruction owner) {
            this.owner = owner;
        }

        void add(Builds.Change file) {
            bytes += file.sizeBytes();
            count++;
            first = first.isEmpty() ? file.path() : first;
            boolean isSecret = secret.isEmpty() && ContextContent.isSecret(file.path());
            secret = isSecret ? file.path() : secret;
        }
    }

    private static void remove(
            Builds.Change change,
            Map<String, Instruction> owners,
            Map<String, Builds.Change> last,
            Map<Integer, Gone> gone) {
        String below = change.path().equals("/") ? "/" : change.path() + "/";
        boolean itself = change.kind() == Builds.Kind.REMOVED;
        last.values()
                .removeIf(file -> {
                    boolean hit =
                            (itself && file.path().equals(change.path()))
                                    || file.path().startsWith(below);
                    Instruction owner = hit ? owners.remove(file.path()) : null;
                    if (owner != null) {
                        gone.computeIfAbsent(line(owner), _ -> new Gone(owner)).add(file);
                    }
                    return hit;
                });
    }

    private static int line(Instruction instruction) {
        return instruction.range().start().line();
    }

    // At the first of these commands, else at all of the RUN.
    private static Findings.Report at(Layer layer, Run run, Set<String> names, Findings findings) {
        Script script = layer.file().script(run);
        if (script != null) {
            for (Command command : script.commands()) {
                if (names.contains(command.name())) {
                    return findings.at(run, layer.file().range(script, command));
                }
            }
        }
        return findings.at(run);
    }

    private static void storedAgain(Layer layer, Run run, int line, long bytes, Findings findings) {
        if (bytes < LEAST_BYTES) {
            return;
        }
        at(layer, run, Set.of("chown", "chmod", "chgrp"), findings)
                .says(
                        "files-stored-again",
                        "This layer holds "
                                + ContextContent.size(bytes)
                                + " of line "
                                + line
                                + " once more, only for another owner or mode")
                .note(layer.built().source())
                .add();
    }

    private static void deleted(Layer layer, Run run, int line, Gone files, Findings findings) {
        if (files.secret.isEmpty() && files.bytes < LEAST_BYTES) {
            return;
        }
        // What that one supposes is known now.
        findings.list()
                .removeIf(finding ->
                        finding.rule().name().equals("rm-in-own-layer")
                                && run.range().contains(finding.range()));
        Builds.Step step = layer.built().step(files.owner);
        String what =
                files.secret.isEmpty()
                        ? files.count == 1
                                ? files.first
                                : files.count + " files such as " + files.first
                        : files.secret;
        String stays =
                files.secret.isEmpty()
                        ? " is deleted, but its " + ContextContent.size(files.bytes) + " stay"
                        : " is deleted, but stays readable";
        boolean many = files.secret.isEmpty() && files.count > 1;
        at(layer, run, Set.of("rm"), findings)
                .says(
                        "deleted-but-shipped",
                        what
                                + (many
                                        ? stays.replace(" is ", " are ").replace("its", "the")
                                        : stays)
                                + " in the layer of line "
                                + line
                                + (step == null ? "" : ", " + shortened(step.layer())))
                .note(layer.built().source())
                .add();
    }

    private static String shortened(String digest) {
        int colon = digest.indexOf(':');
        return digest.substring(0, Math.min(digest.length(), colon + 13));
    }

    // A step that installs what a few files ask for, done again as others were copied before it.
    private static void order(LintFile file, BuiltFile built, StageModel stage, Findings findings) {
        Instruction copy = null;
        String directory = "";
        for (Instruction instruction : stage.instructions()) {
            if (instruction instanceof Workdir workdir) {
                directory = Wording.unquoted(workdir.path());
                copy = null;
            } else if (takesAll(instruction, directory)) {
                copy = instruction;
            } else if (copy != null && instruction instanceof Run run) {
                Builds.Step step = built.step(copy) == null ? null : built.step(run);
                List<String> reads = step == null ? null : step.reads();
                if (step != null && reads != null) {
                    tooLate(file, built, copy, run, step, reads, findings);
                    copy = null; // the first shows it
                }
            }
        }
    }

    private static void tooLate(
            LintFile file,
            BuiltFile built,
            Instruction copy,
            Run run,
            Builds.Step step,
            List<String> reads,
            Findings findings) {
        Builds.Redone redone = step.redone();
        List<String> there = new ArrayList<>(reads);
        ContextFiles context = file.context();
        List<ContextFiles.File> files = context == null ? null : context.files();
        if (files != null) {
            Set<String> names = new HashSet<>();
            for (ContextFiles.File each : files) {
                names.add(each.path());
            }
            there.retainAll(names);
            boolean others = names.size() > there.size();
            if (!others || (there.isEmpty() && !reads.isEmpty())) {
                return; // nothing else could change, or it reads what is not there
            }
        }
        if (Math.max(redone.lastNanos(), redone.nanos()) < LEAST_NANOS) {
            return;
        }
        String remedy =
                there.isEmpty()
                        ? " and reads nothing of it: move it up"
                        : " and reads only " + String.join(", ", there) + ": copy that first";
        findings.at(copy)
                .says(
                        "copy-before-install",
                        "Any change here repeats line "
                                + line(run)
                                + ", which took "
                                + seconds(redone.lastNanos())
                                + remedy)
                .note(
                        "repeated in vain in "
                                + redone.times()
                                + " of the last "
                                + redone.builds()
                                + " builds, for "
                                + seconds(redone.nanos())
                                + " in all; "
                                + built.source())
                .add();
    }

    // Everything, into the working directory.
    private static boolean takesAll(Instruction instruction, String directory) {
        List<String> sources = List.of();
        String target = "";
        if (instruction instanceof Copy copy && copy.from() == null) {
            sources = copy.sources();
            target = Wording.unquoted(copy.destination());
        } else if (instruction instanceof Add add) {
            sources = add.sources();
            target = Wording.unquoted(add.destination());
        }
        boolean here =
                target.equals(".")
                        || target.equals("./")
                        || ContextChecks.clean(target).equals(ContextChecks.clean(directory));
        for (String source : sources) {
            if (here && ContextChecks.clean(Wording.unquoted(source)).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static String seconds(long nanos) {
        return nanos < 60_000_000_000L
                ? String.format(Locale.ROOT, "%.1f s", nanos / 1e9)
                : String.format(Locale.ROOT, "%.0f min", nanos / 60e9);
    }
}
