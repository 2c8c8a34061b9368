package dev.slipway.build;

import dev.slipway.dockerfile.Add;
import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.DockerfileException;
import dev.slipway.dockerfile.Expander;
import dev.slipway.dockerfile.ExpansionException;
import dev.slipway.dockerfile.Heredoc;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Run;
import dev.slipway.dockerfile.Stage;
import dev.slipway.dockerfile.Workdir;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Plans one stage: its instructions in order, after the ONBUILD triggers of what it starts from.
final class StagePlanner {
    private final Planner planner;
    private final Stage stage;
    private final ImageDraft image;
    private final List<Placed> instructions = new ArrayList<>();
    private final Metadata metadata;
    private final RunPlanner runs;
    private final int total;
    private int shown;
    private int planned;
    private @Nullable Step last;
    private int ordinal;

    /// An instruction and where a person finds it: a trigger stands where its FROM is.
    private record Placed(Instruction instruction, SourceLines lines, boolean trigger) {}

    StagePlanner(
            Planner planner,
            Stage stage,
            ImageDraft image,
            List<String> triggers,
            boolean countsBase)
            throws BuildException {
        this.planner = planner;
        this.stage = stage;
        this.image = image;
        this.metadata = new Metadata(this, image);
        this.runs = new RunPlanner(this, image);
        var from = planner.lines(stage.from());
        for (var trigger : triggers) {
            instructions.add(new Placed(parse(trigger, from), from, true));
        }
        for (var instruction : stage.instructions()) {
            instructions.add(new Placed(instruction, planner.lines(instruction), false));
        }
        int steps = countsBase ? 1 : 0;
        for (var placed : instructions) {
            if (isStep(placed.instruction)) {
                steps++;
            }
        }
        this.total = steps;
    }

    private static boolean isStep(Instruction instruction) {
        return instruction instanceof Run
                || instruction instanceof Copy
                || instruction instanceof Add
                || instruction instanceof Workdir;
    }

    private Instruction parse(String trigger, SourceLines from) throws BuildException {
        try {
            return Dockerfile.parseTrigger("ONBUILD of " + stage.from().image(), trigger);
        } catch (DockerfileException e) {
            throw BuildException.of(BuildException.messageOf(e)).source(from).cause(e).make();
        }
    }

    /// The name progress shows for the next step: `[build 2/5] RUN make`.
    ///
    /// @param platform of the step
    String nextName(String instruction, Platform platform) {
        shown++;
        var name = planner.stageName(stage);
        var number = Integer.toString(shown);
        var all = Integer.toString(total);
        return "["
                + planner.platformLabel(image, platform)
                + (name.isEmpty() ? "" : name + " ")
                + " ".repeat(Math.max(0, all.length() - number.length()))
                + number
                + "/"
                + all
                + "] "
                + instruction;
    }

    /// Plans what is not planned yet.
    ///
    /// @param base what the stage starts from; the same each time
    /// @throws StageFirst if another stage must be planned before: nothing was done of the
    ///   instruction that needs it, and the next call goes on with it
    Planner.PlannedStage plan(Step base) throws BuildException, InterruptedException {
        var below = last;
        if (below == null) {
            var directive = planner.directive(stage.from());
            below =
                    directive == null || directive.after().isEmpty()
                            ? base
                            : after(directive.after(), base);
            last = below;
        }
        while (planned < instructions.size()) {
            below = step(instructions.get(planned), below);
            last = below;
            planned++;
        }
        return new Planner.PlannedStage(below, image);
    }

    private Step step(Placed placed, Step below) throws BuildException, InterruptedException {
        var at = placed.lines;
        var instruction = placed.instruction;
        if (instruction instanceof Run run) {
            var spec = runs.spec(run, at);
            var step = planner.add(new Step.Run(header(placed), below, spec));
            image.noteRun(step);
            return step;
        }
        if (instruction instanceof Copy copy) {
            var spec = spec(copy, at);
            return copy(placed, below, spec, List.of(CopyPart.of(source(copy, at), spec)));
        }
        if (instruction instanceof Add add) {
            var spec = spec(add, at);
            return copy(placed, below, shown(spec), parts(spec, at));
        }
        if (instruction instanceof Workdir workdir) {
            return workdir(placed, below, expand(workdir.path(), at));
        }
        metadata.apply(instruction, at);
        return below;
    }

    /// A step that waits for other stages.
    private Step after(List<String> names, Step below) throws BuildException, InterruptedException {
        var at = planner.lines(stage.from());
        var stages = new ArrayList<Step>();
        for (var name : names) {
            stages.add(planner.stageNamed(name, at));
        }
        var text = "after " + String.join(", ", names);
        var number = planner.nextNumber();
        var shown = "[" + planner.stageName(stage) + "] " + text;
        var header =
                new Step.Header(
                        number,
                        planner.stageName(stage),
                        0,
                        shown,
                        text,
                        at,
                        image.platform,
                        false);
        var step = planner.add(new Step.After(header, below, stages));
        image.note("", step);
        return step;
    }

    private Step copy(Placed placed, Step below, CopySpec spec, List<CopyPart> parts) {
        var step = planner.add(new Step.Copy(header(placed), below, spec, parts));
        image.note(HistoryText.copy(spec), step);
        return step;
    }

    private Step workdir(Placed placed, Step below, String path) throws BuildException {
        var directory = PathText.join(image.workingDir.isEmpty() ? "/" : image.workingDir, path);
        image.workingDir = directory;
        if (directory.equals("/")) {
            shown++;
            image.note("WORKDIR /");
            return below;
        }
        var step = planner.add(new Step.Workdir(header(placed), below, directory, image.user));
        image.note("WORKDIR " + directory, step);
        return step;
    }

    private Step.Header header(Placed placed) {
        var original = placed.instruction.original();
        if (original.indexOf("://") >= 0) {
            original = RemoteSource.shown(original);
        }
        ordinal++;
        return new Step.Header(
                planner.nextNumber(),
                planner.stageName(stage),
                ordinal,
                nextName(placed.trigger ? "ONBUILD " + original : original, image.platform),
                original,
                placed.lines,
                image.platform,
                noCache());
    }

    private boolean noCache() {
        var request = planner.request();
        return request.noCache() || request.noCacheStages().contains(planner.stageName(stage));
    }

    private CopySpec spec(Copy copy, SourceLines at) throws BuildException {
        var spec =
                new CopySpec(
                        false,
                        expandAll(copy.sources(), at),
                        inline(copy.heredocs(), at),
                        expand(copy.destination(), at),
                        workingDir(),
                        optional(copy.chown(), at),
                        optional(copy.chmod(), at),
                        copy.link(),
                        copy.parents(),
                        expandAll(copy.excludes(), at),
                        null,
                        null,
                        null);
        return checked(spec, at);
    }

    private CopySpec spec(Add add, SourceLines at) throws BuildException {
        var spec =
                new CopySpec(
                        true,
                        expandAll(add.sources(), at),
                        inline(add.heredocs(), at),
                        expand(add.destination(), at),
                        workingDir(),
                        optional(add.chown(), at),
                        optional(add.chmod(), at),
                        add.link(),
                        false,
                        expandAll(add.excludes(), at),
                        add.unpack(),
                        optional(add.checksum(), at),
                        add.keepGitDir());
        return checked(spec, at);
    }

    private static CopySpec checked(CopySpec spec, SourceLines at) throws BuildException {
        if (!spec.add()) {
            for (var source : spec.sources()) {
                if (isAddress(source)) {
                    throw BuildException.of("COPY takes no address: " + source)
                            .source(at)
                            .hint("ADD does")
                            .make();
                }
            }
        }
        var destination = spec.destination();
        boolean several = spec.sources().size() + spec.inlineFiles().size() > 1;
        if (several && !isDirectoryName(destination)) {
            throw BuildException.of(
                            "with more than one source, the destination must end with a slash")
                    .source(at)
                    .hint("write " + destination + "/")
                    .make();
        }
        return spec;
    }

    private static boolean isAddress(String source) {
        return source.startsWith("http://")
                || source.startsWith("https://")
                || source.startsWith("git@")
                || source.startsWith("git://")
                || source.startsWith("ssh://");
    }

    /// Cheap, and never wrong with no: what knows more is loaded only then.
    static boolean mayBeAddress(String source) {
        return source.indexOf(':') > 0;
    }

    private static CopySpec shown(CopySpec spec) {
        for (var source : spec.sources()) {
            if (mayBeAddress(source)) {
                return spec.with(
                        RemoteSource.shown(spec.sources()), spec.inlineFiles(), spec.unpack());
            }
        }
        return spec;
    }

    /// What an ADD takes from where: sources one behind the other that come from the same place are
    /// one part.
    private List<CopyPart> parts(CopySpec spec, SourceLines at) throws BuildException {
        boolean local = spec.checksum() == null;
        for (var source : spec.sources()) {
            local &= !mayBeAddress(source);
        }
        return local
                ? List.of(CopyPart.of(null, spec))
                : new RemoteParts(planner, image.platform, at).of(spec);
    }

    private static boolean isDirectoryName(String path) {
        return path.endsWith("/")
                || path.equals(".")
                || path.equals("..")
                || path.endsWith("/.")
                || path.endsWith("/..");
    }

    private @Nullable Step source(Copy copy, SourceLines at)
            throws BuildException, InterruptedException {
        var from = copy.from();
        return from == null ? null : source(from, at);
    }

    /// The step that `--from` means; the variables of the stage and the global arguments may stand
    /// in it.
    Step source(String from, SourceLines at) throws BuildException, InterruptedException {
        var name = expandFrom(from, at);
        if (name.isEmpty() && !from.isEmpty()) {
            throw BuildException.of("--from=" + from + " is empty")
                    .source(at)
                    .hint("give the variable a value, or a default: ${NAME:-default}")
                    .make();
        }
        return sourceNamed(name, at);
    }

    /// The step that a name without variables means.
    Step sourceNamed(String name, SourceLines at) throws BuildException, InterruptedException {
        return planner.source(name, stage, at, image.platform);
    }

    /// A variable as `from` sees it: the stage's own, else a global argument.
    @Nullable String inStageOrGlobal(String name) {
        var own = image.scope.get(name);
        return own == null ? planner.args().value(name) : own;
    }

    private List<CopySpec.InlineFile> inline(List<Heredoc> heredocs, SourceLines at)
            throws BuildException {
        var files = new ArrayList<CopySpec.InlineFile>(heredocs.size());
        for (var heredoc : heredocs) {
            var text = heredoc.text();
            if (heredoc.expand()) {
                text = expand(Expander.forHeredocs(), text, at);
            }
            files.add(new CopySpec.InlineFile(heredoc.name(), text));
        }
        return files;
    }

    String workingDir() {
        return image.workingDir.isEmpty() ? "/" : image.workingDir;
    }

    Planner planner() {
        return planner;
    }

    private @Nullable String optional(@Nullable String word, SourceLines at) throws BuildException {
        return word == null ? null : expand(word, at);
    }

    List<String> expandAll(List<String> words, SourceLines at) throws BuildException {
        var expanded = new ArrayList<String>(words.size());
        for (var word : words) {
            expanded.add(expand(word, at));
        }
        return expanded;
    }

    String expand(String word, SourceLines at) throws BuildException {
        return expand(planner.expander(), word, at);
    }

    private String expand(Expander expander, String word, SourceLines at) throws BuildException {
        try {
            return expander.expand(word, image.scope::get);
        } catch (ExpansionException e) {
            throw BuildException.of(BuildException.messageOf(e)).source(at).make();
        }
    }

    private String expandFrom(String word, SourceLines at) throws BuildException {
        try {
            return planner.expander().expand(word, this::inStageOrGlobal);
        } catch (ExpansionException e) {
            throw BuildException.of(BuildException.messageOf(e)).source(at).make();
        }
    }

    List<String> expandWords(String words, SourceLines at) throws BuildException {
        try {
            return planner.expander().words(words, image.scope::get);
        } catch (ExpansionException e) {
            throw BuildException.of(BuildException.messageOf(e)).source(at).make();
        }
    }
}
