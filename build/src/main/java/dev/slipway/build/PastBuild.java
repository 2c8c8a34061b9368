package dev.slipway.build;

import dev.slipway.build.record.BuildRecords;
import dev.slipway.build.record.RecordedBuild;
import dev.slipway.image.Digest;
import dev.slipway.image.FileTree;
import dev.slipway.image.InvalidDigestException;
import dev.slipway.image.InvalidReferenceException;
import dev.slipway.image.Json;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A build that is over, planned anew from its record: the same request, the same Dockerfile, and
/// the layers that its steps had then.
final class PastBuild {
    private final Store store;
    private final RecordedBuild recorded;
    private final Path directory;
    private final BuildRequest request;
    private final Map<Integer, List<Digest>> bases = new HashMap<>();
    private final RecordedImages images = new RecordedImages();

    PastBuild(Store store, String id, Consumer<BuildRequest.Builder> more) throws IOException {
        this.store = store;
        var records = new BuildRecords(store.home());
        this.recorded = records.read(id);
        this.directory = records.directory(id);
        var again = RequestRecord.read(records.request(id));
        again.images(images);
        more.accept(again);
        this.request = again.build();
        readBases();
    }

    private void readBases() throws IOException {
        var file = directory.resolve("plan.json");
        if (!Files.exists(file)) {
            return;
        }
        for (var step : Json.parseObject(Files.readAllBytes(file)).objects("steps")) {
            var image = step.text("image");
            var target = step.text("digest");
            if (image != null && target != null) {
                note(image, digest(target));
            }
            var texts = step.texts("layers");
            if (texts != null) {
                var layers = new ArrayList<Digest>();
                for (var text : texts) {
                    layers.add(digest(text));
                }
                bases.put((int) step.number("number", 0), layers);
            }
        }
    }

    private void note(String image, Digest target) {
        try {
            images.put(Reference.parse(image), target);
        } catch (InvalidReferenceException _) {
            // from a layout, under a name of the caller's
        }
    }

    private static Digest digest(String text) throws IOException {
        try {
            return Digest.parse(text);
        } catch (InvalidDigestException e) {
            throw new IOException("the record of the build is damaged", e);
        }
    }

    /// @param number of the step; 0: the one that failed
    StepShell shell(int number) throws BuildException, IOException, InterruptedException {
        var state = FailedState.find(directory);
        int wanted = number == 0 ? failedStep(state) : number;
        var dockerfile = DockerfileSource.of(request);
        var planner = new Planner(store, dockerfile.parse(), request);
        var step = step(planner.plan(), wanted);
        var held = new Held();
        try {
            var events = new Events(Clock.systemUTC(), request.listener());
            var records = new RecordStore(store.home(), events::warn);
            // A context from elsewhere is not fetched again: no file of it is in the step's layers.
            var input = BuildInput.local(request, dockerfile);
            var sources = held.add(new Sources(input.root(), Builder.copying(store), events));
            var journal = new StepJournal(store.home(), dockerfile.place());
            var explainer = held.add(new Explainer(records, events, journal, sources));
            var disposal = held.add(new Disposal(events::warn));
            var shop =
                    held.add(
                            new Workshop(
                                    store,
                                    request,
                                    records,
                                    events,
                                    sources,
                                    explainer,
                                    disposal,
                                    null,
                                    planner.args().sourceDateEpoch()));
            var views = new Results(shop);
            var below = views.snapshot(below(step));
            var definition = new Keys.Definition("", List.of(), List.of());
            var job = new Workshop.Job(runOf(step), null, below, definition, List.of(), views);
            Path left = null;
            if (state != null && state.step() == wanted) {
                held.add(state.lock());
                left = state.upper();
            }
            return new StepShell(shop, job, left, held);
        } catch (BuildException | IOException | RuntimeException e) {
            held.close();
            throw e;
        }
    }

    private int failedStep(@Nullable FailedState state) throws BuildException {
        if (state != null) {
            return state.step();
        }
        var failed = recorded.failedStep();
        if (failed != null) {
            return failed.number();
        }
        throw BuildException.of("no step of the build " + recorded.summary().id() + " failed")
                .hint("name a step by its number, as slipway builds show shows them")
                .make();
    }

    private Step step(BuildPlan plan, int number) throws BuildException {
        var then = recorded.step(number);
        for (var step : plan.steps()) {
            if (step.number() == number && then != null && step.name().equals(then.name())) {
                return step;
            }
        }
        throw BuildException.of("step " + number + " cannot be planned as it was")
                .hint("its base image or its context has changed since: build again")
                .make();
    }

    private static Step below(Step step) throws BuildException {
        var below = step.below();
        if (below == null) {
            throw BuildException.of(step.name() + " is where its stage starts")
                    .hint("name the step after it, to see what that starts from")
                    .make();
        }
        return below;
    }

    /// A step that runs nothing is looked at as if it ran a shell.
    private static Step.Run runOf(Step step) {
        if (step instanceof Step.Run run) {
            return run;
        }
        var cwd = step instanceof Step.Copy copy ? copy.spec().workingDir() : "/";
        var path = Map.of("PATH", ImageDraft.DEFAULT_PATH);
        var spec =
                new RunSpec(
                        List.of("/bin/sh"),
                        Variables.of(path),
                        List.of(),
                        cwd.isEmpty() ? "/" : cwd,
                        "",
                        List.of(),
                        NetworkChoice.DEFAULT,
                        false,
                        "",
                        List.of(),
                        Attempts.ONE,
                        null);
        var below = step.below();
        return new Step.Run(step.header(), below == null ? step : below, spec);
    }

    /// What the steps resulted in then.
    private final class Results implements Keys.Views {
        private final Workshop shop;

        Results(Workshop shop) {
            this.shop = shop;
        }

        @Override
        public Snapshot snapshot(Step step) throws BuildException {
            var above = new ArrayDeque<Snapshot.Change>();
            var at = step;
            for (var below = at.below(); below != null; below = at.below()) {
                above.push(change(at));
                at = below;
            }
            var base = (Step.Base) at;
            var snapshot = Snapshot.of(bases.getOrDefault(base.number(), base.diffIds()));
            for (var change : above) {
                snapshot = snapshot.with(change);
            }
            return snapshot;
        }

        private Snapshot.Change change(Step step) throws BuildException {
            var then = recorded.step(step.number());
            if (then == null || !(then.verdict().isCached() || isDone(then))) {
                throw BuildException.of("the build did not come to " + step.name())
                        .hint("name a step before it, or build again")
                        .make();
            }
            try {
                var diffId = then.diffId() == null ? null : digest(then.diffId());
                return new Snapshot.Change(diffId, 0, 0, 0);
            } catch (IOException e) {
                throw BuildException.io("cannot read the store", e);
            }
        }

        private static boolean isDone(dev.slipway.build.record.RecordedStep step) {
            return step.verdict() == dev.slipway.build.record.RecordedStep.Verdict.DONE;
        }

        @Override
        public FileTree tree(Step step) throws BuildException, IOException {
            return shop.view(snapshot(step));
        }
    }

    /// Closes what was opened, the last first.
    private static final class Held implements AutoCloseable {
        private final ArrayDeque<AutoCloseable> held = new ArrayDeque<>();

        <T extends AutoCloseable> T add(T one) {
            held.push(one);
            return one;
        }

        @Override
        public void close() throws IOException {
            IOException failure = null;
            for (var one = held.poll(); one != null; one = held.poll()) {
                try {
                    one.close();
                } catch (Exception e) {
                    failure = e instanceof IOException io ? io : new IOException(e);
                }
            }
            if (failure != null) {
                throw failure;
            }
        }
    }
}
