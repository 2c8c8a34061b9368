package dev.slipway.build;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.ArgDefinition;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Expander;
import dev.slipway.dockerfile.ExpansionException;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Stage;
import dev.slipway.image.Image;
import dev.slipway.image.ImageException;
import dev.slipway.image.Platform;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns a Dockerfile into a plan. Only stages that the target needs are looked at, so a missing
/// base of another stage is no error.
final class Planner {
    private static final String EPOCH = "SOURCE_DATE_EPOCH";

    private final Dockerfile file;
    private final BuildRequest request;
    private final Store store;
    private final BaseImages images;
    private final @Nullable NamedContexts contexts;
    private final Expander expander;
    private final Map<String, String> globals;
    private final List<Step> steps;
    private final Map<Integer, PlannedStage> planned = new HashMap<>();
    private final Map<String, Step> copiedImages = new HashMap<>();
    private final Set<Integer> inProgress = new HashSet<>();
    private final Set<String> usedArgs;
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
        this.usedArgs = new HashSet<>();
        this.warnings = new LinkedHashSet<>();
        int platforms = request.platforms().size();
        this.shared = platforms > 1 ? new SharedSteps() : null;
        this.targetIndex = target();
        this.globals = globals();
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
        this.usedArgs = first.usedArgs;
        this.warnings = first.warnings;
        this.directives = first.directives;
        this.shared = first.shared;
        this.targetIndex = first.targetIndex;
        this.globals = globals();
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
    private void reset(ImageDraft image, List<ConfigReset> resets) {
        for (var reset : resets) {
            if (!reset.apply(image)) {
                warnings.add("there is no " + reset + " to unset");
            }
        }
    }

    /// The last step of the stage with that name or number, wherever it stands.
    Step stageNamed(String name, SourceLines at) throws BuildException, InterruptedException {
        int index = stageBefore(name, stageCount());
        if (index < 0) {
            index = number(name);
        }
        if (index < 0 || index >= stageCount()) {
            throw BuildException.of("there is no stage \"" + name + "\"")
                    .source(at)
                    .hint(stagesHint())
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
                skipped.add(stageName(stage));
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

    /// Build arguments the caller gave that nothing declares.
    List<String> unusedBuildArgs() {
        var unused = new ArrayList<String>();
        for (var name : request.buildArgs().keySet()) {
            if (!usedArgs.contains(name) && !BuildArgs.isPredefined(name)) {
                unused.add(name);
            }
        }
        return unused;
    }

    private int target() throws BuildException {
        if (file.stages().isEmpty()) {
            throw BuildException.of(file.fileName() + " has no FROM")
                    .hint("begin it with FROM and the image to start from, or FROM scratch")
                    .make();
        }
        var wanted = request.target();
        if (wanted == null || wanted.isEmpty()) {
            return file.stages().size() - 1;
        }
        int index = stageBefore(wanted, file.stages().size());
        if (index < 0) {
            index = number(wanted);
        }
        if (index < 0 || index >= file.stages().size()) {
            throw BuildException.of("there is no stage \"" + wanted + "\" in " + file.fileName())
                    .hint(stagesHint())
                    .make();
        }
        return index;
    }

    private String stagesHint() {
        var names = new ArrayList<String>();
        for (var stage : file.stages()) {
            if (stage.name() != null) {
                names.add(stage.name());
            }
        }
        return names.isEmpty()
                ? "none of its stages has a name: write FROM ... AS NAME, or give a number"
                : "its stages are " + String.join(", ", names);
    }

    static int number(String text) {
        if (text.isEmpty() || text.length() > 6) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private Map<String, String> globals() throws BuildException {
        var target = file.stages().get(targetIndex).from().name();
        var values = BuildArgs.platformArgs(platform, target == null ? "default" : target, request);
        for (Arg arg : file.globalArgs()) {
            for (ArgDefinition definition : arg.definitions()) {
                var name = expand(definition.name(), arg, values);
                var given = buildArg(name);
                var written = definition.defaultValue();
                if (given != null) {
                    values.put(name, given);
                } else if (written != null) {
                    values.put(name, expand(written, arg, values));
                }
            }
        }
        return values;
    }

    private String expand(String word, Instruction at, Map<String, String> values)
            throws BuildException {
        try {
            return expander.expand(word, values::get);
        } catch (ExpansionException e) {
            throw BuildException.of(BuildException.messageOf(e)).source(lines(at)).make();
        }
    }

    /// The value the caller gave for an argument; null: none.
    @Nullable String buildArg(String name) {
        usedArgs.add(name);
        var given = request.buildArgs().get(name);
        var epoch = request.sourceDateEpoch();
        return given == null && epoch != null && name.equals(EPOCH) ? epoch.toString() : given;
    }

    /// The time no file may be after, in seconds since 1970: asked for as such, as a build
    /// argument, or by a global ARG; null: none.
    @Nullable Long sourceDateEpoch() throws BuildException {
        var value = buildArg(EPOCH);
        if (value == null) {
            value = globals.get(EPOCH);
        }
        if (value == null || value.isEmpty()) {
            return null;
        }
        try {
            return Long.valueOf(value);
        } catch (NumberFormatException e) {
            throw BuildException.of("SOURCE_DATE_EPOCH is not a number of seconds: " + value)
                    .make();
        }
    }

    @Nullable String global(String name) {
        return globals.get(name);
    }

    Map<String, String> globalValues() {
        return globals;
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

    /// The last stage called `name` of those before number `end`; -1 if there is none.
    int stageBefore(String name, int end) {
        for (int i = Math.min(end, file.stages().size()) - 1; i >= 0; i--) {
            var stage = file.stages().get(i).from().name();
            if (stage != null && stage.equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    /// The number of the stage to build.
    int targetIndex() {
        return targetIndex;
    }

    int stageCount() {
        return file.stages().size();
    }

    /// What progress calls a stage; empty if it is the only one and has no name.
    String stageName(Stage stage) {
        var name = stage.from().name();
        if (name != null) {
            return name;
        }
        return file.stages().size() == 1 ? "" : "stage-" + stage.index();
    }

    PlannedStage stage(int index) throws BuildException, InterruptedException {
        var done = planned.get(index);
        if (done != null) {
            return done;
        }
        var stage = file.stages().get(index);
        if (!inProgress.add(index)) {
            throw BuildException.of("stage " + stageName(stage) + " needs itself")
                    .source(lines(stage.from()))
                    .make();
        }
        var result = plan(stage);
        inProgress.remove(index);
        planned.put(index, result);
        return result;
    }

    private PlannedStage plan(Stage stage) throws BuildException, InterruptedException {
        var from = stage.from();
        var replacing = from.name() == null ? null : named(from.name(), platformOf(stage), stage);
        if (replacing != null) {
            // A context of a stage's name is there instead of the stage, whatever stands in it.
            return started(stage, replacing, platformOf(stage)).asItIs();
        }
        var base = expand(from.image(), from, globals);
        if (base.isEmpty()) {
            throw BuildException.of("FROM " + from.image() + " names no image")
                    .source(lines(from))
                    .hint("give the argument a default before the first FROM, or --build-arg")
                    .make();
        }
        int parent = stageBefore(base, stage.index());
        if (parent >= 0) {
            var below = stage(parent);
            var draft = below.image().child();
            draft.onBuild.addAll(below.image().onBuild);
            var triggers = inherited(stage, draft);
            return new StagePlanner(this, stage, draft, triggers, false).plan(below.last());
        }
        var wanted = platformOf(stage);
        var context = named(base, wanted, stage);
        if (context != null) {
            return started(stage, context, wanted).plan();
        }
        if (base.equals("scratch")) {
            var step = new Step.Base(baseHeader(0, stage, "FROM scratch", wanted), null, base);
            return new StagePlanner(this, stage, ImageDraft.scratch(wanted), List.of(), false)
                    .plan(step);
        }
        return onImage(stage, base, wanted);
    }

    private PlannedStage onImage(Stage stage, String name, Platform wanted)
            throws BuildException, InterruptedException {
        var image = images.find(name, wanted, lines(stage.from()), stageNamesBefore(stage));
        var draft = ImageDraft.of(image.config());
        var triggers = inherited(stage, draft);
        var planner = new StagePlanner(this, stage, draft, triggers, true);
        var shown = planner.nextName("FROM " + name, wanted);
        var step = new Step.Base(baseHeader(nextNumber(), stage, shown, wanted), image, name);
        return planner.plan(add(step));
    }

    private NamedContexts.@Nullable Found named(String name, Platform wanted, Stage stage)
            throws BuildException, InterruptedException {
        return contexts == null ? null : contexts.find(name, wanted, lines(stage.from()));
    }

    /// A stage on a named context.
    private StartedStage started(Stage stage, NamedContexts.Found context, Platform wanted)
            throws BuildException {
        var image = context.image();
        var draft = image == null ? ImageDraft.scratch(wanted) : ImageDraft.of(image.config());
        var triggers = inherited(stage, draft);
        var name = "FROM " + context.shown();
        if (image != null) {
            var planner = new StagePlanner(this, stage, draft, triggers, true);
            var shown = planner.nextName(name, wanted);
            var header = baseHeader(nextNumber(), stage, shown, wanted);
            var step = add(new Step.Base(header, image, context.reference()));
            return new StartedStage(planner, step, draft);
        }
        var base = new Step.Base(baseHeader(0, stage, "FROM scratch", wanted), null, "scratch");
        var files = context.files();
        if (files == null) {
            return new StartedStage(
                    new StagePlanner(this, stage, draft, triggers, false), base, draft);
        }
        var origin = origin(files, lines(stage.from()), wanted);
        var planner = new StagePlanner(this, stage, draft, triggers, true);
        var header = baseHeader(nextNumber(), stage, planner.nextName(name, wanted), wanted);
        var spec = ContextUse.wholeOf("/");
        var step = add(new Step.Copy(header, base, spec, List.of(CopyPart.of(origin, spec))));
        draft.note("COPY / / # from " + context.shown(), step);
        return new StartedStage(planner, step, draft);
    }

    /// What a stage begins with.
    private record StartedStage(StagePlanner planner, Step base, ImageDraft draft) {
        PlannedStage plan() throws BuildException, InterruptedException {
            return planner.plan(base);
        }

        PlannedStage asItIs() {
            return new PlannedStage(base, draft);
        }
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

    /// Takes away what the stage is not to inherit, and the triggers that it runs.
    private List<String> inherited(Stage stage, ImageDraft draft) {
        var directive = directive(stage.from());
        if (directive != null) {
            reset(draft, directive.resets());
        }
        var triggers = List.copyOf(draft.onBuild);
        draft.onBuild.clear();
        return triggers;
    }

    private List<String> stageNamesBefore(Stage stage) {
        var names = new ArrayList<String>();
        for (var other : file.stages()) {
            var name = other.from().name();
            if (name != null && other.index() < stage.index()) {
                names.add(name);
            }
        }
        return names;
    }

    private Step.Header baseHeader(int number, Stage stage, String name, Platform wanted) {
        return new Step.Header(
                number,
                stageName(stage),
                0,
                name,
                stage.from().original(),
                lines(stage.from()),
                wanted,
                false);
    }

    private Platform platformOf(Stage stage) throws BuildException {
        var from = stage.from();
        var written = from.platform();
        if (written == null) {
            return platform;
        }
        var text = expand(written, from, globals);
        try {
            return Platform.parse(text);
        } catch (ImageException e) {
            throw BuildException.of("--platform=" + written + ": " + BuildException.messageOf(e))
                    .source(lines(from))
                    .make();
        }
    }

    /// The files that `--from` names in stage `stage`: an earlier stage, or else an image.
    Step source(String from, Stage stage, SourceLines at, Platform wanted)
            throws BuildException, InterruptedException {
        int index = number(from);
        if (index < 0) {
            index = stageBefore(from, stage.index());
        }
        if (index < 0 && stageBefore(from, stageCount()) >= 0) {
            index = stageCount();
        }
        if (index >= stage.index()) {
            throw BuildException.of("--from=" + from + " is not a stage before this one")
                    .source(at)
                    .hint("a stage can only use stages that stand above it")
                    .make();
        }
        return index >= 0
                ? stage(index).last()
                : copiedImage(from, at, wanted, stageNamesBefore(stage));
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
        var context = contexts == null ? null : contexts.find(name, wanted, at);
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
