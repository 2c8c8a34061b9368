package dev.slipway.build;

import dev.slipway.image.Store;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Builds images: the door to this module.
///
/// A store may be used by many builds at once, in one process and in several.
public final class Builder {
    private final Clock clock;

    private Builder(Clock clock) {
        this.clock = clock;
    }

    /// Builds what `request` asks for.
    ///
    /// @throws BuildException if it cannot be done
    /// @throws BuildCancelledException if the request's cancellation was used
    public static BuildResult build(Store store, BuildRequest request)
            throws BuildException, BuildCancelledException, InterruptedException {
        return new Builder(Clock.systemUTC()).run(store, request);
    }

    /// What building `request` would do. Base images are looked up, nothing is built.
    public static BuildPlan plan(Store store, BuildRequest request)
            throws BuildException, InterruptedException {
        var events = new Events(Clock.systemUTC(), BuildListener.silent());
        var input = BuildInput.of(store, request, events);
        try {
            return new Planner(store, input.dockerfile().parse(), request).plan();
        } finally {
            close(input);
        }
    }

    private BuildResult run(Store store, BuildRequest request)
            throws BuildException, BuildCancelledException, InterruptedException {
        long start = System.nanoTime();
        var events = new Events(clock, request.listener());
        try (var record = BuildRecord.begin(store.home(), clock.millis())) {
            var counter = new StepCounter();
            events.add(record);
            events.add(counter);
            try {
                var result = cancellable(store, request, events, record, counter);
                events.emit(
                        time -> new BuildEvent.Finished(time, result, System.nanoTime() - start));
                return result;
            } catch (BuildException | BuildCancelledException e) {
                var message = BuildException.messageOf(e);
                record.failure(e);
                events.emit(
                        time -> new BuildEvent.Failed(time, message, System.nanoTime() - start));
                throw e;
            }
        }
    }

    /// Waits that a cancellation ends tell of it as an interruption.
    private static BuildResult cancellable(
            Store store,
            BuildRequest request,
            Events events,
            BuildRecord record,
            StepCounter counter)
            throws BuildException, BuildCancelledException, InterruptedException {
        try {
            return build(store, request, events, record, counter);
        } catch (InterruptedException e) {
            request.cancellation().check();
            throw e;
        }
    }

    private static BuildResult build(
            Store store,
            BuildRequest request,
            Events events,
            BuildRecord record,
            StepCounter counter)
            throws BuildException, BuildCancelledException, InterruptedException {
        var started = events.clock().instant();
        var input = input(store, request, events, record);
        try {
            if (!request.outputs().isEmpty() || request.packaging() != null) {
                new OutputChecks(request).check();
            }
            return build(store, request, events, record, counter, input, started);
        } finally {
            close(input);
        }
    }

    static void close(BuildInput input) throws BuildException {
        try {
            input.held().close();
        } catch (Exception e) {
            throw BuildException.io("cannot let the build context go", e);
        }
    }

    private static BuildResult build(
            Store store,
            BuildRequest request,
            Events events,
            BuildRecord record,
            StepCounter counter,
            BuildInput input,
            Instant started)
            throws BuildException, BuildCancelledException, InterruptedException {
        var dockerfile = input.dockerfile();
        var planner = new Planner(store, dockerfile.parse(), request);
        var plan = planner.plan();
        events.emit(time -> new BuildEvent.Planned(time, plan));
        warn(planner, events);
        var records = new RecordStore(store.home(), events::warn);
        var journal = new StepJournal(store.home(), input.dockerfile().place());
        var caches = request.caches();
        var epoch = planner.args().sourceDateEpoch();
        try (var imported =
                        caches == null
                                ? null
                                : new RemoteCacheImport(
                                        store, events, caches, request.cancellation());
                var sources = new Sources(input.root(), copying(store), events);
                var explainer = new Explainer(records, events, journal, sources);
                var disposal = new Disposal(events::warn);
                var shop =
                        new Workshop(
                                store, request, records, events, sources, explainer, disposal,
                                imported, epoch)) {
            var hosts = List.copyOf(request.extraHosts().keySet());
            var stepKeys = new StepKeys(epoch, hosts, request.runSettings());
            var keys = new Keys(stepKeys, sources, shop.ahead());
            List<Snapshot> snapshots;
            shop.keepFailedIn(record.directory());
            try (var early = EarlyPush.of(shop, plan);
                    var solver = new Solver(shop, keys, early)) {
                snapshots = solver.solve(steps(plan));
                if (early != null) {
                    early.finish();
                }
            } catch (BuildException e) {
                handle(shop, e);
                throw e;
            } finally {
                if (counter.made() > 0) {
                    remember(journal, plan, keys);
                }
            }
            var stepRecords = new StepRecords(records, imported, plan, keys);
            var inline =
                    caches != null && caches.inline() ? new InlineCache(stepRecords, shop) : null;
            var result =
                    new Delivery(shop, plan, input, record.id(), started, inline)
                            .deliver(snapshots, counter.cached(), counter.made());
            if (caches != null) {
                var mounts = new CacheMountTransfer(store, events, imported, plan);
                new RemoteCacheExport(shop, caches, imported, stepRecords, mounts)
                        .export(snapshots);
            }
            return result;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static List<Step> steps(BuildPlan plan) {
        var steps = new ArrayList<Step>();
        for (var target : plan.targets()) {
            steps.add(target.step());
        }
        return steps;
    }

    private static BuildInput input(
            Store store, BuildRequest request, Events events, BuildRecord record)
            throws BuildException, InterruptedException {
        BuildInput input = null;
        try {
            input = BuildInput.of(store, request, events);
            return input;
        } finally {
            record.request(request, input == null ? null : input.dockerfile());
        }
    }

    /// Lets the caller look around where a RUN failed. All other steps have ended.
    private static void handle(Workshop shop, BuildException why)
            throws BuildException, BuildCancelledException, IOException, InterruptedException {
        var handler = shop.request().onFailure();
        var failed = shop.failed();
        if (handler != null && failed != null) {
            try (var shell = StepShell.of(shop, failed.job(), failed.state())) {
                handler.failed(shell, why);
            }
        }
    }

    static Copying copying(Store store) {
        var home = store.home();
        return new TreeCopying(home.resolve("cache").resolve("contexts"), home.resolve("tmp"));
    }

    private static BuildException failure(IOException e) {
        var facts = BuildException.of(BuildException.messageOf(e)).cause(e);
        if (e instanceof dev.slipway.image.ImageException image) {
            facts.hint(image.hint());
        }
        return facts.make();
    }

    private static void warn(Planner planner, Events events) {
        var unused = planner.args().unused();
        if (!unused.isEmpty()) {
            events.warn("build arguments that no ARG declares: " + String.join(", ", unused));
        }
        for (var warning : planner.warnings()) {
            events.warn(warning);
        }
    }

    private static void remember(StepJournal journal, BuildPlan plan, Keys keys)
            throws BuildException {
        var known = new LinkedHashMap<Step, String>();
        for (var step : plan.steps()) {
            var definition = keys.known(step);
            if (step instanceof Step.Base base) {
                if (base.image() != null) {
                    known.put(step, base.image().manifest().digest().toString());
                }
            } else if (definition != null) {
                known.put(step, definition.key());
            }
        }
        try {
            journal.write(known);
        } catch (IOException e) {
            throw BuildException.io("cannot write to the store", e);
        }
    }

    /// Counts how the steps came about.
    private static final class StepCounter implements BuildListener {
        private int cached;
        private int made;

        @Override
        public synchronized void on(BuildEvent event) {
            if (event instanceof BuildEvent.StepCached found) {
                cached += found.step() instanceof Step.Base ? 0 : 1;
            } else if (event instanceof BuildEvent.StepFinished finished) {
                made += finished.step() instanceof Step.Origin ? 0 : 1;
            }
        }

        synchronized int cached() {
            return cached;
        }

        synchronized int made() {
            return made;
        }
    }
}
