package dev.slipway.build;

import dev.slipway.build.BuildEvent.CacheVerdict;
import dev.slipway.image.Digest;
import dev.slipway.image.FileTree;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/// Finds or makes the results of a plan's steps.
///
/// A stage is looked up from its end: the record of a late step makes the earlier ones, and the
/// stages they copy from, needless. What no definition key finds is tried again, from the base up,
/// under the content key, and made if that fails too. Stages that do not need each other are worked
/// on at once.
final class Solver implements Keys.Views, AutoCloseable {
    private final Workshop shop;
    private final Keys keys;
    private final @Nullable EarlyPush early;
    private final Map<Step, CompletableFuture<Snapshot>> results = new ConcurrentHashMap<>();
    private final Set<Step> claimed = ConcurrentHashMap.newKeySet();
    private final Map<Step, Boolean> tainted = new HashMap<>();
    private final Set<Step> announced = new HashSet<>();
    private @Nullable Workers workers;

    /// @param early told of results; null: nobody
    Solver(Workshop shop, Keys keys, @Nullable EarlyPush early) {
        this.early = early;
        this.shop = shop;
        this.keys = keys;
    }

    /// The results of `targets`, in their order. What one needs is looked up before anything is
    /// made, and none is made for a target if another's command cannot be run here.
    List<Snapshot> solve(List<Step> targets)
            throws BuildException, BuildCancelledException, InterruptedException {
        var found = new ArrayList<@Nullable Snapshot>(targets.size());
        var missing = new LinkedHashSet<Step>();
        for (var target : targets) {
            var result = lookUp(target);
            found.add(result);
            if (result == null) {
                missing.add(target);
            }
        }
        if (!missing.isEmpty()) {
            ForeignRuns.check(List.copyOf(missing), new Known());
            if (early != null) {
                early.begin();
            }
            make(List.copyOf(missing));
        }
        var snapshots = new ArrayList<Snapshot>(targets.size());
        for (int i = 0; i < targets.size(); i++) {
            var result = found.get(i);
            snapshots.add(result == null ? await(resultOf(targets.get(i))) : result);
        }
        return snapshots;
    }

    /// The result if it is there already; null if not.
    private @Nullable Snapshot lookUp(Step target) throws BuildException, InterruptedException {
        if (target instanceof Step.Base base) {
            announce(base, Snapshot.of(base.diffIds()), CacheVerdict.DEFINITION);
            return Snapshot.of(base.diffIds());
        }
        return isTainted(target) ? null : findByDefinition(target);
    }

    private void make(List<Step> targets)
            throws BuildException, BuildCancelledException, InterruptedException {
        // Nothing before this line starts a thread: a build that finds its results has no need of
        // one.
        var crew = new Workers(shop.request().cancellation());
        workers = crew;
        crew.run(() -> {
            for (var target : targets.subList(1, targets.size())) {
                crew.fork(() -> chain(target));
            }
            var first = chain(targets.getFirst());
            for (var target : targets) {
                await(resultOf(target));
            }
            return first;
        });
    }

    /// What the store says of steps that are not to be made.
    private final class Known implements ForeignRuns.Cache {
        @Override
        public boolean has(Step step) throws BuildException, InterruptedException {
            return !isTainted(step) && shop.find(keys.definition(step).key()) != null;
        }

        @Override
        public boolean mayHave(Step step) throws BuildException {
            return !step.header().noCache() && shop.wasMade(step);
        }
    }

    /// Ends what still runs, and waits for its end.
    @Override
    public void close() throws IOException {
        if (workers != null) {
            workers.close();
        }
        shop.ahead().close();
        shop.rooms().close();
    }

    private @Nullable Snapshot findByDefinition(Step step)
            throws BuildException, InterruptedException {
        var key = keys.definition(step).key();
        var result = shop.find(key);
        if (result != null && !fits(step, result)) {
            shop.events().warn("a cache has " + step.name() + " wrong, it is done anew");
            return null;
        }
        if (result != null) {
            announce(step, result, CacheVerdict.DEFINITION);
        }
        return result;
    }

    /// Whether a result can be that of `step`: a key says what a step is, not what the record under
    /// it holds, which may come from anywhere.
    private static boolean fits(Step step, Snapshot result) {
        int above = 0;
        for (Step at = step; at != null; at = at.below()) {
            if (at instanceof Step.Base base) {
                return above == result.count() && base.diffIds().equals(result.base());
            }
            above++;
        }
        return false;
    }

    /// Tells that `step` and all below it came from the cache, the lowest first.
    private void announce(Step step, Snapshot result, CacheVerdict verdict) {
        var fresh = new ArrayDeque<Found>();
        // A result has one change for each step above the base.
        var made = result;
        synchronized (announced) {
            // Whoever announced a step, or made it, did so with those below it before.
            for (Step at = step; at != null && announced.add(at); at = at.below()) {
                var diffId = made.count() == 0 ? null : made.last().diffId();
                if (at.number() > 0) {
                    fresh.push(new Found(at, diffId));
                }
                made = made.below() == null ? made : made.below();
            }
        }
        for (var found : fresh) {
            shop.cached(found.step, verdict, found.diffId);
        }
    }

    private record Found(Step step, @Nullable Digest diffId) {}

    /// Whether `step`, or one it needs, must not come from the cache: then its definition says
    /// nothing of what it will be made from.
    private boolean isTainted(Step step) {
        synchronized (tainted) {
            // What a step needs comes before it: thousands of steps or stages need no deep
            // recursion.
            var pending = new ArrayDeque<Step>();
            pending.push(step);
            while (!pending.isEmpty()) {
                var at = pending.element();
                int size = pending.size();
                boolean result = at.header().noCache();
                for (var input : at.inputs()) {
                    var known = tainted.get(input);
                    if (known == null) {
                        pending.push(input);
                    } else {
                        result |= known;
                    }
                }
                if (pending.size() == size) {
                    tainted.put(at, result);
                    pending.pop();
                }
            }
            return Boolean.TRUE.equals(tainted.get(step));
        }
    }

    /// Solves `last` and what lies below it that no other chain has taken on.
    private Snapshot chain(Step last)
            throws BuildException, BuildCancelledException, IOException, InterruptedException {
        Deque<Step> pending = new ArrayDeque<>();
        try {
            var result = start(last, pending);
            if (early != null) {
                early.solved(last, result); // what is found is below all that is made
            }
            for (var step : pending) {
                startInputs(step);
            }
            expectRun(pending.peek());
            while (!pending.isEmpty()) {
                var step = pending.peek();
                result = make(step, next(pending), result);
                resultOf(step).complete(result);
                pending.pop();
                if (early != null) {
                    early.solved(step, result);
                }
            }
            return result;
        } catch (Throwable e) {
            for (var step : pending) {
                resultOf(step).completeExceptionally(e);
            }
            throw e;
        }
    }

    private static @Nullable Step next(Deque<Step> pending) {
        var steps = pending.iterator();
        steps.next();
        return steps.hasNext() ? steps.next() : null;
    }

    private void expectRun(@Nullable Step step) {
        if (step instanceof Step.Run run) {
            shop.expect(run);
        }
    }

    /// Goes down from `last` until a result is known.
    ///
    /// @param pending gets the steps above it, the lowest first; each is claimed
    private Snapshot start(Step last, Deque<Step> pending)
            throws BuildException, BuildCancelledException, InterruptedException {
        for (Step at = last; at != null; at = at.below()) {
            if (at instanceof Step.Base base) {
                announce(base, Snapshot.of(base.diffIds()), CacheVerdict.DEFINITION);
                return Snapshot.of(base.diffIds());
            }
            if (!claimed.add(at)) {
                return await(resultOf(at));
            }
            pending.push(at);
            if (!isTainted(at)) {
                var found = findByDefinition(at);
                if (found != null) {
                    resultOf(at).complete(found);
                    pending.pop();
                    return found;
                }
            }
        }
        throw new IllegalStateException("no base below " + last.name());
    }

    private CompletableFuture<Snapshot> resultOf(Step step) {
        return results.computeIfAbsent(step, _ -> new CompletableFuture<>());
    }

    private void startInputs(Step step) {
        for (var input : step.inputs()) {
            boolean made = !(input instanceof Step.Base || input instanceof Step.Origin);
            if (made && input != step.below()) {
                crew().fork(() -> chain(input));
            }
        }
    }

    private Workers crew() {
        if (workers == null) {
            throw new IllegalStateException("not solving");
        }
        return workers;
    }

    @Override
    public Snapshot snapshot(Step step) throws BuildException, InterruptedException {
        if (step instanceof Step.Base base) {
            announce(base, Snapshot.of(base.diffIds()), CacheVerdict.DEFINITION);
            return Snapshot.of(base.diffIds());
        }
        if (step instanceof Step.Origin) {
            throw new IllegalArgumentException(step.name() + " results in no layers");
        }
        try {
            return await(resultOf(step));
        } catch (BuildCancelledException e) {
            throw new InterruptedException();
        }
    }

    @Override
    public FileTree tree(Step step) throws BuildException, IOException, InterruptedException {
        return step instanceof Step.Origin origin
                ? shop.sources().tree(origin)
                : shop.view(snapshot(step));
    }

    private static Snapshot await(CompletableFuture<Snapshot> result)
            throws BuildCancelledException, InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            // Whoever made it tells why; this one only stops.
            throw new BuildCancelledException();
        }
    }

    /// Finds `step` by what its inputs hold, or makes it.
    ///
    /// @param next the one to be made after it; null if none is known
    private Snapshot make(Step step, @Nullable Step next, Snapshot below)
            throws BuildException, BuildCancelledException, IOException, InterruptedException {
        shop.request().cancellation().check();
        var definition = keys.definition(step);
        var contents = keys.contents(step, below, this);
        var job = new Workshop.Job(step, next, below, definition, contents, this);
        boolean mayFind = !step.header().noCache();
        if (mayFind) {
            var found = shop.findByContent(job);
            if (found != null) {
                announce(step, found, CacheVerdict.CONTENT);
                return found;
            }
        }
        synchronized (announced) {
            announced.add(step);
        }
        if (!(step instanceof Step.Run)) { // it expects the next itself, when it has least to do
            expectRun(next);
        }
        return shop.make(job, mayFind);
    }
}
