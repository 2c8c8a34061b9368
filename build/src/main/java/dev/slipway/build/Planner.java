package dev.slipway.build;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Expander;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Stage;
import dev.slipway.image.Image;
import dev.slipway.image.Platform;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns a Dockerfile into a plan. Only stages that the target needs are looked at, so a missing
/// base of another stage is no error.
final class Planner {
    private final Dockerfile file;
    private final BuildRequest request;
    private final Store store;
    private final BaseImages images;
    private final @Nullable NamedContexts contexts;
    private final Expander expander;
    private final GlobalArgs args;
    private final StageNames stages;
    private final BasePlanner bases;
    private final List<Step> steps;
    private final Map<Integer, PlannedStage> planned = new HashMap<>();
    private final Map<String, Step> copiedImages = new HashMap<>();

    /// Each needs the one after it.
    private final LinkedHashMap<Integer, StageInProgress> inProgress = new LinkedHashMap<>();

    private final Set<String> warnings;
    private final @Nullable CommentDirectives directives;
    private final Platform platform;
    private final @Nullable SharedSteps shared;
    private final List<Planner> others = new ArrayList<>();
    private final int targetIndex;

    /// A stage with all its steps.
    record PlannedStage(Step last, ImageDraft image) {}

    Planner(Store store, Dockerfile file, BuildRequest request) throws BuildException {
        this(store, file, request, request.images());
    }

    /// @param source of base images, in place of the request's
    Planner(Store store, Dockerfile file, BuildRequest request, ImageSource source)
            throws BuildException {
        this.file = file;
        this.request = request;
        this.expander = new Expander(file.escape());
        var wanted = request.platform();
        this.platform = wanted == null ? Platform.host() : wanted;
        this.images = new BaseImages(store, request, source);
        this.store = store;
        this.contexts =
                request.namedContexts().isEmpty()
                        ? null
                        : new NamedContexts(request, images, new Elsewhere(store, request));
        this.steps = new ArrayList<>();
        this.warnings = new LinkedHashSet<>();
        int platforms = request.platforms().size();
        this.shared = platforms > 1 ? new SharedSteps() : null;
        this.stages = new StageNames(file);
        this.targetIndex = stages.target(request.target());
        this.args = new GlobalArgs(file, request, platform, targetIndex);
        this.bases = new BasePlanner(this, args, images);
        this.directives = hasDirectives() ? CommentDirectives.of(file) : null;
        var settings = request.runSettings();
        if (settings != null) {
            settings.check();
        }
        for (int i = 1; i < platforms; i++) {
            others.add(new Planner(this, request.platforms().get(i)));
        }
    }

    /// Plans for one more platform, into the same plan.
    private Planner(Planner first, Platform platform) throws BuildException {
        this.file = first.file;
        this.request = first.request;
        this.expander = first.expander;
        this.platform = platform;
        this.images = first.images;
        this.store = first.store;
        this.contexts = first.contexts;
        this.steps = first.steps;
        this.warnings = first.warnings;
        this.directives = first.directives;
        this.shared = first.shared;
        this.stages = first.stages;
        this.targetIndex = first.targetIndex;
        this.args = first.args.of(platform, targetIndex);
        this.bases = new BasePlanner(this, args, images);
    }

    /// Here, so that a Dockerfile without any does not load the class that reads them.
    private boolean hasDirectives() {
        for (var comment : file.comments()) {
            if (comment.text().startsWith(CommentDirectives.PREFIX)) {
                return true;
            }
        }
        return false;
    }

    /// What a comment says of an instruction; null: nothing.
    @Nullable CommentDirective directive(Instruction instruction) {
        return directives == null ? null : directives.find(instruction);
    }

    /// What the user should know of what was asked for, once for all platforms.
    Set<String> warnings() {
        return warnings;
    }

    /// Takes away of a config what is not wanted.
    void reset(ImageDraft image, List<ConfigReset> resets) {
        for (var reset : resets) {
            if (!reset.apply(image)) {
                warnings.add("there is no " + reset + " to unset");
            }
        }
    }

    /// The last step of the stage with that name or number, wherever it stands.
    Step stageNamed(String name, SourceLines at) throws BuildException, InterruptedException {
        int index = stages.find(name);
        if (index < 0) {
            throw BuildException.of("there is no stage \"" + name + "\"")
                    .source(at)
                    .hint(stages.hint())
                    .make();
        }
        return stage(index).last();
    }

    BuildPlan plan() throws BuildException, InterruptedException {
        var targets = new ArrayList<BuildPlan.Target>();
        targets.add(planTarget());
        for (var other : others) {
            targets.add(other.planTarget());
        }
        if (contexts != null) {
            contexts.checkUnused();
        }
        var skipped = new ArrayList<String>();
        for (var stage : file.stages()) {
            if (!isPlanned(stage)) {
                skipped.add(stages.shown(stage));
            }
        }
        return new BuildPlan(steps, targets, skipped);
    }

    /// Plans all stages, whether or not the target needs them.
    ///
    /// @return all steps
    List<Step> all() throws BuildException, InterruptedException {
        for (var stage : file.stages()) {
            stage(stage.index());
        }
        for (var other : others) {
            other.all();
        }
        return List.copyOf(steps);
    }

    private BuildPlan.Target planTarget() throws BuildException, InterruptedException {
        var result = stage(targetIndex);
        reset(result.image(), request.resets());
        for (var label : request.labels().entrySet()) {
            result.image().label(label.getKey(), label.getValue());
        }
        return new BuildPlan.Target(platform, result.last(), result.image());
    }

    private boolean isPlanned(Stage stage) {
        boolean is = planned.containsKey(stage.index());
        for (var other : others) {
            is |= other.isPlanned(stage);
        }
        return is;
    }

    /// The build arguments, with the values of this platform.
    GlobalArgs args() {
        return args;
    }

    /// What the stages are called.
    StageNames stages() {
        return stages;
    }

    /// What is built for where a FROM says nothing else.
    Platform platform() {
        return platform;
    }

    SourceLines lines(Instruction at) {
        return SourceLines.of(file.fileName(), file.text(), at.range());
    }

    Expander expander() {
        return expander;
    }

    BuildRequest request() {
        return request;
    }

    /// Takes a step into the plan.
    ///
    /// @return the step of the plan: another one if a platform planned before has the same
    Step add(Step step) {
        if (shared != null) {
            var first = shared.first(step);
            if (first != step) {
                return first;
            }
        }
        steps.add(step);
        return step;
    }

    /// What stands before a stage's name where there are several platforms, as BuildKit has it:
    /// `linux/arm64 `, or `linux/amd64->arm64 ` where one compiles for the other.
    String platformLabel(ImageDraft image, Platform of) {
        if (shared == null) {
            return "";
        }
        var target = image.scope.get("TARGETPLATFORM");
        boolean crosses =
                (target != null || image.scope.get("TARGETARCH") != null) && !of.equals(platform);
        if (!crosses) {
            return of + " ";
        }
        var to = platform.toString();
        var from = of.os() + "/";
        return of + "->" + (to.startsWith(from) ? to.substring(from.length()) : to) + " ";
    }

    int nextNumber() {
        return steps.size() + 1;
    }

    /// The number of the stage to build.
    int targetIndex() {
        return targetIndex;
    }

    String stageName(Stage stage) {
        return stages.shown(stage);
    }

    /// The stage with that number, planned.
    ///
    /// @throws StageFirst if it must be planned first, and another one is being planned
    PlannedStage stage(int index) throws BuildException, InterruptedException {
        var done = planned.get(index);
        if (done != null) {
            return done;
        }
        if (!inProgress.isEmpty()) {
            throw new StageFirst(index);
        }
        try {
            return withAllItNeeds(index);
        } finally {
            inProgress.clear();
        }
    }

    private PlannedStage withAllItNeeds(int wanted) throws BuildException, InterruptedException {
        begin(wanted);
        while (true) {
            int index = inProgress.lastEntry().getKey();
            var stage = inProgress.lastEntry().getValue();
            try {
                var result = stage.plan();
                inProgress.remove(index);
                planned.put(index, result);
                if (inProgress.isEmpty()) {
                    return result;
                }
            } catch (StageFirst needed) {
                begin(needed.index());
            }
        }
    }

    private void begin(int index) throws BuildException {
        var stage = file.stages().get(index);
        if (inProgress.putIfAbsent(index, new StageInProgress(stage)) != null) {
            throw BuildException.of("stage " + stageName(stage) + " needs itself")
                    .source(lines(stage.from()))
                    .make();
        }
    }

    /// A stage that is being planned.
    private final class StageInProgress {
        private final Stage stage;
        private BasePlanner.@Nullable Started started;

        StageInProgress(Stage stage) {
            this.stage = stage;
        }

        /// Goes on from where it stopped.
        PlannedStage plan() throws BuildException, InterruptedException {
            var begun = started;
            if (begun == null) {
                begun = bases.start(stage);
                started = begun;
            }
            return begun.plan();
        }
    }

    /// What a named context gives for a name; null: there is none of it.
    NamedContexts.@Nullable Found context(String name, Platform wanted, SourceLines at)
            throws BuildException, InterruptedException {
        return contexts == null ? null : contexts.find(name, wanted, at);
    }

    /// A step for files from outside the context.
    Step.Origin origin(OriginFiles files, SourceLines at, Platform wanted) {
        var name = "[context] " + files.description();
        var header =
                new Step.Header(nextNumber(), "", 0, name, files.description(), at, wanted, false);
        var step = new Step.Origin(header, files);
        add(step);
        return step;
    }

    /// What fetching for this build needs.
    Elsewhere elsewhere() {
        return new Elsewhere(store, request);
    }

    /// The files that `--from` names in stage `stage`: an earlier stage, or else an image.
    Step source(String from, Stage stage, SourceLines at, Platform wanted)
            throws BuildException, InterruptedException {
        int index = PlainNumber.parse(from);
        if (index < 0) {
            index = stages.before(from, stage.index());
        }
        if (index < 0 && stages.find(from) >= 0) {
            index = stages.count();
        }
        if (index >= stage.index()) {
            throw BuildException.of("--from=" + from + " is not a stage before this one")
                    .source(at)
                    .hint("a stage can only use stages that stand above it")
                    .make();
        }
        return index >= 0
                ? stage(index).last()
                : copiedImage(from, at, wanted, stages.above(stage));
    }

    private @Nullable Image image(
            NamedContexts.@Nullable Found context,
            String name,
            Platform wanted,
            SourceLines at,
            List<String> stages)
            throws BuildException, InterruptedException {
        if (context != null) {
            return context.image();
        }
        return name.equals("scratch") ? null : images.find(name, wanted, at, stages);
    }

    private Step copiedImage(String name, SourceLines at, Platform wanted, List<String> stages)
            throws BuildException, InterruptedException {
        var key = name + " " + wanted;
        var known = copiedImages.get(key);
        if (known != null) {
            return known;
        }
        var context = context(name, wanted, at);
        if (context != null && context.files() != null) {
            var origin = origin(context.files(), at, wanted);
            copiedImages.put(key, origin);
            return origin;
        }
        Image image = image(context, name, wanted, at, stages);
        var label = shared == null ? "" : "[" + wanted + "] ";
        var header =
                new Step.Header(
                        nextNumber(),
                        "",
                        0,
                        label + "FROM " + name,
                        "FROM " + name,
                        at,
                        wanted,
                        false);
        var reference = context == null ? name : context.reference();
        var step = add(new Step.Base(header, image, reference));
        copiedImages.put(key, step);
        return step;
    }
}
