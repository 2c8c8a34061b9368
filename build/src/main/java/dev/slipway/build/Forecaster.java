package dev.slipway.build;

import dev.slipway.build.Forecast.Entry;
import dev.slipway.build.Forecast.Impact;
import dev.slipway.build.Forecast.Verdict;
import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
import dev.slipway.image.MergedView;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Works out what a build would do: the same keys and the same look into the cache as the solver's,
/// but nothing is made, and nothing is written.
public final class Forecaster implements Keys.Views {
    private final Store store;
    private final RecordStore records;
    private final StepJournal journal;
    private final Sources sources;
    private final Keys keys;
    private final Map<Step, Snapshot> known = new HashMap<>();
    private final Map<Step, Entry> entries = new HashMap<>();

    /// Of each step that would be done, or stands on one, the lowest of them.
    private final Map<Step, Step> lowest = new HashMap<>();

    private final Set<Step> tainted = new HashSet<>();
    private final ChangeCheck whole = new ChangeCheck();

    private Forecaster(Store store, StepJournal journal, Sources sources, Keys keys) {
        this.store = store;
        this.records = new RecordStore(store.home(), _ -> {});
        this.journal = journal;
        this.sources = sources;
        this.keys = keys;
    }

    /// What building `request` would do.
    ///
    /// @param files paths in the context whose change is of interest
    public static Forecast forecast(Store store, BuildRequest request, List<String> files)
            throws BuildException, IOException, InterruptedException {
        var events = new Events(Clock.systemUTC(), request.listener());
        var input = BuildInput.of(store, request, events);
        try {
            return forecast(store, request, files, input, events);
        } finally {
            Builder.close(input);
        }
    }

    private static Forecast forecast(
            Store store, BuildRequest request, List<String> files, BuildInput input, Events events)
            throws BuildException, IOException, InterruptedException {
        var dockerfile = input.dockerfile();
        var planner = new Planner(store, dockerfile.parse(), request);
        var plan = planner.plan();
        var journal = new StepJournal(store.home(), dockerfile.place());
        var hosts = List.copyOf(request.extraHosts().keySet());
        try (var sources = new Sources(input.root(), Builder.copying(store), events)) {
            var stepKeys =
                    new StepKeys(planner.args().sourceDateEpoch(), hosts, request.runSettings());
            var forecaster =
                    new Forecaster(store, journal, sources, new Keys(stepKeys, sources, null));
            var steps = new ArrayList<Entry>();
            for (var step : plan.steps()) {
                if (!(step instanceof Step.Base) && !(step instanceof Step.Origin)) {
                    steps.add(forecaster.entry(step));
                }
            }
            var impacts = new ArrayList<Impact>();
            for (var file : files) {
                impacts.add(forecaster.impact(file, plan));
            }
            var advice = new OrderAdvice(store.home(), request, dockerfile.name(), sources);
            return new Forecast(steps, advice.of(steps), impacts);
        }
    }

    private Entry entry(Step step) throws BuildException, IOException, InterruptedException {
        var made = make(step);
        entries.put(step, made);
        var below = step.below();
        var cause = below == null ? null : lowest.get(below);
        if (cause != null || made.verdict() != Verdict.CACHED) {
            lowest.put(step, cause == null ? step : cause);
        }
        return made;
    }

    private Entry make(Step step) throws BuildException, IOException, InterruptedException {
        var key = journal.nearest(step);
        var before = key == null ? null : records.find(key);
        long last =
                before == null || before.result().count() == 0
                        ? -1
                        : before.result().last().nanos();
        var definition = keys.definition(step);
        var cause = cause(step);
        if (!isTainted(step) && !step.header().noCache()) {
            var found = usable(definition.key());
            if (found != null) {
                known.put(step, found);
                return new Entry(step, Verdict.CACHED, null, last);
            }
        }
        var below = step.below() == null ? null : snapshotIfKnown(step.below());
        List<KeyPart> contents = null;
        if (below != null && inputsAreKnown(step)) {
            contents = keys.contents(step, below, this);
            var found =
                    step.header().noCache()
                            ? null
                            : usable(CacheRecord.contentKey(definition.parts(), contents));
            if (found != null) {
                known.put(step, below.with(found.last()));
                return new Entry(step, Verdict.CACHED, null, last);
            }
        }
        var miss =
                new MissReason.Miss(
                        step,
                        definition,
                        contents,
                        below,
                        key,
                        journal.base(step),
                        cause,
                        journal.isKnown());
        var why = new MissReason(records, sources, new SelectionListings()).explain(miss);
        boolean perhaps = contents == null && why.reason() == Explanation.Reason.PARENT;
        return new Entry(step, perhaps ? Verdict.RUNS_UNLESS_SAME : Verdict.RUNS, why, last);
    }

    /// Whether a step it needs must not come from the cache: then its definition says nothing of
    /// what it will be made from.
    private boolean isTainted(Step step) {
        for (var input : step.inputs()) {
            if (input.header().noCache() || tainted.contains(input)) {
                tainted.add(step);
                return true;
            }
        }
        return false;
    }

    /// The lowest step below that would be done, else one of another stage it needs.
    private @Nullable Step cause(Step step) {
        var below = step.below();
        var cause = below == null ? null : lowest.get(below);
        if (cause == null) {
            for (var input : step.inputs()) {
                cause = cause == null && runs(input) ? input : cause;
            }
        }
        return cause;
    }

    private boolean runs(Step step) {
        var entry = entries.get(step);
        return entry != null && entry.verdict() != Verdict.CACHED;
    }

    private boolean inputsAreKnown(Step step) {
        for (var input : step.inputs()) {
            if (!(input instanceof Step.Origin) && snapshotIfKnown(input) == null) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Snapshot snapshotIfKnown(Step step) {
        return step instanceof Step.Base base ? Snapshot.of(base.diffIds()) : known.get(step);
    }

    /// The result of a record whose layers are all here.
    private @Nullable Snapshot usable(String key) throws IOException {
        var record = records.find(key);
        if (record == null || record.result().count() == 0) {
            return null;
        }
        return whole.all(record.result(), this::isThere) ? record.result() : null;
    }

    private boolean isThere(Snapshot.Change change) throws IOException {
        var diffId = change.diffId();
        return diffId == null || store.layers().find(diffId).isPresent();
    }

    @Override
    public Snapshot snapshot(Step step) {
        var snapshot = snapshotIfKnown(step);
        if (snapshot == null) {
            throw new IllegalStateException(step.name());
        }
        return snapshot;
    }

    @Override
    public FileTree tree(Step step) throws IOException {
        var layers = new ArrayList<Layer>();
        for (var diffId : snapshot(step).diffIds()) {
            layers.add(store.layers().find(diffId).orElseThrow());
        }
        return MergedView.of(layers);
    }

    private Impact impact(String file, BuildPlan plan)
            throws BuildException, IOException, InterruptedException {
        var wanted = PathText.join("/", file).substring(1);
        var readers = new ArrayList<Step>();
        var rebuilt = new ArrayList<Step>();
        Set<Step> affected = new HashSet<>();
        for (var step : plan.steps()) {
            if (reads(step, wanted)) {
                readers.add(step);
            }
            boolean needs = readers.contains(step);
            for (var input : step.inputs()) {
                needs |= affected.contains(input);
            }
            if (needs) {
                affected.add(step);
                rebuilt.add(step);
            }
        }
        long nanos = 0;
        for (var step : rebuilt) {
            nanos += last(step);
        }
        return new Impact(file, readers, rebuilt, nanos, longest(rebuilt));
    }

    private boolean reads(Step step, String wanted)
            throws BuildException, IOException, InterruptedException {
        for (var use : ContextUse.of(step)) {
            boolean[] found = {false};
            sources.fromContext(step, use)
                    .forEachFile(file ->
                            found[0] |=
                                    file.path().equals(wanted)
                                            || file.path().startsWith(wanted + "/"));
            if (found[0]) {
                return true;
            }
        }
        return false;
    }

    private long last(Step step) {
        var entry = entries.get(step);
        return entry == null ? 0 : Math.max(0, entry.lastNanos());
    }

    /// @param steps each after those it needs
    private long longest(List<Step> steps) {
        Map<Step, Long> until = new HashMap<>();
        long longest = 0;
        for (var step : steps) {
            long before = 0;
            for (var input : step.inputs()) {
                before = Math.max(before, until.getOrDefault(input, 0L));
            }
            until.put(step, before + last(step));
            longest = Math.max(longest, before + last(step));
        }
        return longest;
    }
}
