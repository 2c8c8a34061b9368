package dev.slipway.build;

import dev.slipway.dockerfile.Stage;
import dev.slipway.image.ImageException;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Plans what a stage begins with: an image, another stage, a named context, or nothing.
final class BasePlanner {
    private final Planner planner;
    private final GlobalArgs args;
    private final BaseImages images;

    BasePlanner(Planner planner, GlobalArgs args, BaseImages images) {
        this.planner = planner;
        this.args = args;
        this.images = images;
    }

    /// Finds what `stage` starts from.
    ///
    /// @throws StageFirst if that is a stage which is not planned yet
    Started start(Stage stage) throws BuildException, InterruptedException {
        var from = stage.from();
        var replacing = from.name() == null ? null : named(from.name(), platformOf(stage), stage);
        if (replacing != null) {
            // A context of a stage's name is there instead of the stage, whatever stands in it.
            return started(stage, replacing, platformOf(stage)).asItIs();
        }
        var base = args.expand(from.image(), from);
        if (base.isEmpty()) {
            throw BuildException.of("FROM " + from.image() + " names no image")
                    .source(planner.lines(from))
                    .hint("give the argument a default before the first FROM, or --build-arg")
                    .make();
        }
        int parent = planner.stages().before(base, stage.index());
        if (parent >= 0) {
            var below = planner.stage(parent);
            var draft = below.image().child();
            draft.onBuild.addAll(below.image().onBuild);
            var triggers = inherited(stage, draft);
            var next = new StagePlanner(planner, stage, draft, triggers, false);
            return new Started(next, below.last(), draft);
        }
        var wanted = platformOf(stage);
        var context = named(base, wanted, stage);
        if (context != null) {
            return started(stage, context, wanted);
        }
        if (base.equals("scratch")) {
            var draft = ImageDraft.scratch(wanted);
            var next = new StagePlanner(planner, stage, draft, List.of(), false);
            return new Started(next, scratch(stage, wanted), draft);
        }
        return onImage(stage, base, wanted);
    }

    private Started onImage(Stage stage, String name, Platform wanted)
            throws BuildException, InterruptedException {
        var above = planner.stages().above(stage);
        var image = images.find(name, wanted, planner.lines(stage.from()), above);
        var draft = ImageDraft.of(image.config());
        var triggers = inherited(stage, draft);
        var next = new StagePlanner(planner, stage, draft, triggers, true);
        var header = header(stage, next.nextName("FROM " + name, wanted), wanted);
        return new Started(next, planner.add(new Step.Base(header, image, name)), draft);
    }

    private NamedContexts.@Nullable Found named(String name, Platform wanted, Stage stage)
            throws BuildException, InterruptedException {
        return planner.context(name, wanted, planner.lines(stage.from()));
    }

    /// A stage on a named context.
    private Started started(Stage stage, NamedContexts.Found context, Platform wanted)
            throws BuildException {
        var image = context.image();
        var draft = image == null ? ImageDraft.scratch(wanted) : ImageDraft.of(image.config());
        var triggers = inherited(stage, draft);
        var name = "FROM " + context.shown();
        if (image != null) {
            var next = new StagePlanner(planner, stage, draft, triggers, true);
            var header = header(stage, next.nextName(name, wanted), wanted);
            var step = planner.add(new Step.Base(header, image, context.reference()));
            return new Started(next, step, draft);
        }
        var base = scratch(stage, wanted);
        var files = context.files();
        if (files == null) {
            return new Started(
                    new StagePlanner(planner, stage, draft, triggers, false), base, draft);
        }
        var origin = planner.origin(files, planner.lines(stage.from()), wanted);
        var next = new StagePlanner(planner, stage, draft, triggers, true);
        var header = header(stage, next.nextName(name, wanted), wanted);
        var spec = ContextUse.wholeOf("/");
        var step =
                planner.add(new Step.Copy(header, base, spec, List.of(CopyPart.of(origin, spec))));
        draft.note("COPY / / # from " + context.shown(), step);
        return new Started(next, step, draft);
    }

    /// What a stage begins with.
    ///
    /// @param instructions what plans those of the stage; null: none of them counts
    record Started(@Nullable StagePlanner instructions, Step base, ImageDraft draft) {
        /// The stage, planned; goes on where it was stopped before.
        ///
        /// @throws StageFirst if another stage must be planned before
        Planner.PlannedStage plan() throws BuildException, InterruptedException {
            return instructions == null
                    ? new Planner.PlannedStage(base, draft)
                    : instructions.plan(base);
        }

        Started asItIs() {
            return new Started(null, base, draft);
        }
    }

    /// Takes away what the stage is not to inherit, and the triggers that it runs.
    private List<String> inherited(Stage stage, ImageDraft draft) {
        var directive = planner.directive(stage.from());
        if (directive != null) {
            planner.reset(draft, directive.resets());
        }
        var triggers = List.copyOf(draft.onBuild);
        draft.onBuild.clear();
        return triggers;
    }

    /// No step of the plan: there is nothing to do.
    private Step.Base scratch(Stage stage, Platform wanted) {
        return new Step.Base(header(0, stage, "FROM scratch", wanted), null, "scratch");
    }

    private Step.Header header(Stage stage, String name, Platform wanted) {
        return header(planner.nextNumber(), stage, name, wanted);
    }

    private Step.Header header(int number, Stage stage, String name, Platform wanted) {
        return new Step.Header(
                number,
                planner.stageName(stage),
                0,
                name,
                stage.from().original(),
                planner.lines(stage.from()),
                wanted,
                false);
    }

    private Platform platformOf(Stage stage) throws BuildException {
        var from = stage.from();
        var written = from.platform();
        if (written == null) {
            return planner.platform();
        }
        var text = args.expand(written, from);
        try {
            return Platform.parse(text);
        } catch (ImageException e) {
            throw BuildException.of("--platform=" + written + ": " + BuildException.messageOf(e))
                    .source(planner.lines(from))
                    .make();
        }
    }
}
