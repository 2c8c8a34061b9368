package dev.slipway.build;

import dev.slipway.build.BuildEvent.CacheVerdict;
import dev.slipway.container.ContainerException;
import dev.slipway.container.Runtimes;
import dev.slipway.image.Digest;
import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
import dev.slipway.image.Lower;
import dev.slipway.image.Store;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// Finds results of steps in the cache, and has them made where they are not there. Thread-safe.
final class Workshop implements AutoCloseable {
    private static final int RUNS_PER_CORE = 8;

    private final Store store;
    private final BuildRequest request;
    private final RecordStore records;
    private final Events events;
    private final Sources sources;
    private final Explainer explainer;
    private final Disposal disposal;
    private final @Nullable RemoteCacheImport imported;
    private final @Nullable Timespec latest;
    private final Semaphore cores;
    private final Semaphore runs;
    private final CopyAhead ahead = new CopyAhead(this);
    private final RunRooms rooms;
    private final ChangeCheck whole = new ChangeCheck();
    private final SnapshotViews views = new SnapshotViews(this);
    private final Map<Digest, Layer> layers = new ConcurrentHashMap<>();
    private dev.slipway.container.@Nullable Runtime runtime;
    private @Nullable Path record;
    private @Nullable Failed failed;

    /// A step that is to be made.
    ///
    /// @param next the step to be made after it; null if none is known
    /// @param below what lies below it
    /// @param contents what its inputs hold
    /// @param views the results of its other inputs
    record Job(
            Step step,
            @Nullable Step next,
            Snapshot below,
            Keys.Definition definition,
            List<KeyPart> contents,
            Keys.Views views) {
        String contentKey() {
            return CacheRecord.contentKey(definition.parts(), contents);
        }
    }

    /// Makes the result of one kind of step.
    interface Executor {
        /// The layer that `job` makes; null if it changes nothing.
        @Nullable Layer execute(Job job)
                throws BuildException, BuildCancelledException, IOException, InterruptedException;
    }

    Workshop(
            Store store,
            BuildRequest request,
            RecordStore records,
            Events events,
            Sources sources,
            Explainer explainer,
            Disposal disposal,
            @Nullable RemoteCacheImport imported,
            @Nullable Long epoch) {
        this.store = store;
        this.request = request;
        this.records = records;
        this.events = events;
        this.sources = sources;
        this.explainer = explainer;
        this.disposal = disposal;
        this.rooms = new RunRooms(store, disposal);
        this.imported = imported;
        this.latest = epoch == null ? null : new Timespec(epoch, 0);
        int count = Runtime.getRuntime().availableProcessors();
        this.cores = new Semaphore(count, true);
        this.runs = new Semaphore(count * RUNS_PER_CORE, true);
    }

    /// A RUN that failed, and what it left.
    record Failed(Job job, FailedState state) {}

    /// Has what a failed RUN leaves kept with the record of the build.
    void keepFailedIn(Path record) {
        this.record = record;
    }

    /// Keeps what a failed RUN left; of several, the first's. That it cannot be kept is no reason
    /// to fail for.
    ///
    /// @param upper the upper directory of its overlay; gone afterwards if it was kept
    synchronized void keepFailed(Job job, Path upper) throws BuildException, InterruptedException {
        if (record == null || failed != null) {
            return;
        }
        try {
            if (request.onFailure() == null && FailedState.isTooMuch(record)) {
                events.warn("the disk is nearly full: what the step left is not kept");
                return;
            }
            failed = new Failed(job, FailedState.keep(record, job, upper));
        } catch (IOException e) {
            events.warn("cannot keep what the step left: " + BuildException.messageOf(e));
        }
    }

    /// The RUN that failed, if what it left was kept.
    synchronized @Nullable Failed failed() {
        return failed;
    }

    Store store() {
        return store;
    }

    BuildRequest request() {
        return request;
    }

    Events events() {
        return events;
    }

    /// What runs the commands of its steps.
    ///
    /// @throws ContainerException if the request names one that is not there
    synchronized dev.slipway.container.Runtime runtime() throws ContainerException {
        var made = runtime;
        if (made == null) {
            var name = request.runtime();
            made = Runtimes.reusing(name == null ? "" : name);
            runtime = made;
        }
        return made;
    }

    /// Tells that `step` will be made soon.
    void expect(Step.Run step) {
        if (step.spec().insecure()) {
            return;
        }
        var settings = request.runSettings();
        try {
            runtime()
                    .expect(
                            RunExecutor.network(step),
                            settings == null ? 0 : settings.shmSizeBytes());
        } catch (ContainerException e) {
            return; // the step itself says so
        }
    }

    /// To be called when no step runs any more.
    @Override
    public synchronized void close() {
        if (runtime != null) {
            runtime.close();
            runtime = null;
        }
    }

    Sources sources() {
        return sources;
    }

    /// Layers that are written before their step's key is known.
    CopyAhead ahead() {
        return ahead;
    }

    /// Directories for RUN steps.
    RunRooms rooms() {
        return rooms;
    }

    Disposal disposal() {
        return disposal;
    }

    RecordStore records() {
        return records;
    }

    /// The time that none in the result may be after; null: no limit.
    @Nullable Timespec latest() {
        return latest;
    }

    /// Has a cache mount that holds nothing here begin with what another cache has of it.
    void fillMount(CacheMounts.Request mount) throws IOException {
        if (imported != null) {
            imported.fill(mount.name(), mount.mount().id());
        }
    }

    /// The result kept under `key`; null if there is none whose layers are all there.
    @Nullable Snapshot find(String key) throws BuildException {
        var record = usable(key);
        if (record == null) {
            return null;
        }
        records.touch(key, events.clock().millis());
        return record.result();
    }

    /// Whether the step, as the same instruction of the same Dockerfile, was made once.
    boolean wasMade(Step step) throws BuildException {
        var key = explainer.earlier(step);
        return key != null && records.find(key) != null;
    }

    private @Nullable CacheRecord usable(String key) throws BuildException {
        var record = records.find(key);
        try {
            if (record != null && isWhole(record)) {
                return record;
            }
            return imported == null ? null : brought(imported, key);
        } catch (IOException e) {
            throw BuildException.io("cannot read the store", e);
        }
    }

    private boolean isWhole(CacheRecord record) throws IOException {
        return record.result().count() > 0
                && whole.all(
                        record.result(), change -> change.diffId() == null || has(change.diffId()));
    }

    /// A record from a cache outside of the store, which is the store's own from now on.
    private @Nullable CacheRecord brought(RemoteCacheImport from, String key) throws IOException {
        var record = from.find(key);
        if (record == null || !isWhole(record)) {
            return null;
        }
        records.put(record);
        return record;
    }

    private boolean has(Digest diffId) throws IOException {
        if (layers.containsKey(diffId)) {
            return true;
        }
        store.lease().use(diffId);
        var found = store.layers().find(diffId);
        if (found.isEmpty()) {
            return false;
        }
        layers.put(diffId, found.get());
        return true;
    }

    /// The layer that a step made in an earlier build; null if none is known.
    @Nullable Digest earlierLayer(Step step) {
        var key = explainer.earlier(step);
        var record = key == null ? null : records.find(key);
        return record == null || record.result().count() == 0
                ? null
                : record.result().last().diffId();
    }

    /// The layers of a result, bottom first.
    List<Layer> layers(Snapshot snapshot) throws IOException, BuildException {
        return layers(snapshot.diffIds());
    }

    /// The layers with these diffIDs.
    List<Layer> layers(List<Digest> diffIds) throws IOException, BuildException {
        var all = new ArrayList<Layer>();
        for (var diffId : diffIds) {
            if (!has(diffId)) {
                throw BuildException.of("layer " + diffId + " is not in the store")
                        .hint("bring the base image in again")
                        .make();
            }
            var layer = layers.get(diffId);
            if (layer != null) {
                all.add(layer);
            }
        }
        return all;
    }

    /// What an overlay of a result's layers is made of, topmost first. A layer that is there more
    /// than once counts where it is topmost: overlayfs takes no part twice, and whatever the lower
    /// one says the upper one says again.
    List<Lower> lowers(Snapshot snapshot) throws IOException, BuildException {
        var distinct = new ArrayList<Layer>();
        var seen = new HashSet<Digest>();
        for (var layer : layers(snapshot).reversed()) {
            if (seen.add(layer.diffId())) {
                distinct.add(layer);
            }
        }
        return store.layers().lowers(new MountableLayers(this).of(distinct.reversed()));
    }

    /// The files of a result; needs no unpacking.
    FileTree view(Snapshot snapshot) throws IOException, BuildException {
        return views.of(snapshot);
    }

    /// The result of a step whose inputs hold what they held once before; null if none is known.
    @Nullable Snapshot findByContent(Job job) throws BuildException, IOException {
        var record = usable(job.contentKey());
        if (record == null) {
            return null;
        }
        var result = job.below().with(record.result().last());
        records.put(record(job, result));
        return result;
    }

    private static CacheRecord record(Job job, Snapshot result) {
        return new CacheRecord(
                job.step().name(),
                job.definition().parts(),
                job.definition().inputs(),
                job.contents(),
                result);
    }

    /// Tells that a step came from the cache.
    void cached(Step step, CacheVerdict verdict, @Nullable Digest diffId) {
        events.emit(time -> new BuildEvent.StepCached(time, step, verdict, diffId));
    }

    /// Makes a step's result, unless another build just did.
    ///
    /// @param mayFind whether one that another build made meanwhile will do
    Snapshot make(Job job, boolean mayFind)
            throws BuildException, BuildCancelledException, IOException, InterruptedException {
        try (var _ = lock(job)) {
            var found = mayFind ? findByContent(job) : null;
            if (found != null) {
                cached(job.step(), CacheVerdict.CONTENT, found.last().diffId());
                return found;
            }
            return make(job);
        }
    }

    private FileLock lock(Job job) throws IOException, InterruptedException {
        var key = "step " + job.contentKey();
        var lock = store.tryLock(key);
        if (lock != null) {
            return lock;
        }
        events.emit(time -> new BuildEvent.StepWaiting(time, job.step()));
        try {
            return store.lock(key);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw e;
        }
    }

    private Snapshot make(Job job)
            throws BuildException, BuildCancelledException, IOException, InterruptedException {
        var step = job.step();
        long start = System.nanoTime() - ahead.nanos(step);
        events.emit(time -> new BuildEvent.StepStarted(time, step));
        try {
            explainer.explain(job);
            var layer = execute(job);
            long nanos = System.nanoTime() - start;
            var result = job.below().with(change(layer, nanos));
            records.put(record(job, result));
            explainer.remember(job);
            events.emit(new Finished(step, nanos, result.last()));
            return result;
        } catch (BuildException e) {
            throw failed(step, start, e.in(step));
        } catch (InterruptedException | BuildCancelledException e) {
            events.emit(time -> new BuildEvent.StepCancelled(time, step));
            throw e;
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                events.emit(time -> new BuildEvent.StepCancelled(time, step));
                throw new InterruptedException();
            }
            throw failed(step, start, ioFailure(step, e));
        }
    }

    /// No lambda: the JVM would spin eight classes for what it captures, 7 ms that no AOT cache
    /// saves.
    private record Finished(Step step, long nanos, Snapshot.Change change)
            implements Function<Instant, BuildEvent> {
        @Override
        public BuildEvent apply(Instant time) {
            return new BuildEvent.StepFinished(time, step, nanos, change.diffId(), change.size());
        }
    }

    private static BuildException ioFailure(Step step, IOException e) {
        var facts = BuildException.of(BuildException.messageOf(e)).cause(e).step(step);
        if (e instanceof dev.slipway.image.ImageException image) {
            facts.hint(image.hint());
        }
        return facts.make();
    }

    private BuildException failed(Step step, long start, BuildException e) {
        long nanos = System.nanoTime() - start;
        events.emit(
                time -> new BuildEvent.StepFailed(time, step, nanos, BuildException.messageOf(e)));
        return e;
    }

    private Snapshot.Change change(@Nullable Layer layer, long nanos) {
        // Whole milliseconds: what a record keeps and a rebuild must repeat.
        long millis = events.clock().millis();
        if (layer == null) {
            return new Snapshot.Change(null, 0, millis, nanos);
        }
        layers.put(layer.diffId(), layer);
        return new Snapshot.Change(layer.diffId(), layer.size(), millis, nanos);
    }

    private @Nullable Layer execute(Job job)
            throws BuildException, BuildCancelledException, IOException, InterruptedException {
        // The usual ones without a pattern switch, as EventJson says.
        if (job.step() instanceof Step.Run) {
            return limited(runs, new RunExecutor(this), job);
        }
        if (job.step() instanceof Step.Copy) {
            return limited(cores, new CopyExecutor(this), job);
        }
        return switch (job.step()) {
            case Step.Workdir _ -> limited(cores, new WorkdirExecutor(this), job);
            case Step.After _ -> null;
            case Step.Run _, Step.Copy _, Step.Base _, Step.Origin _ ->
                    throw new IllegalArgumentException(job.step().name());
        };
    }

    private static @Nullable Layer limited(Semaphore semaphore, Executor executor, Job job)
            throws BuildException, BuildCancelledException, IOException, InterruptedException {
        semaphore.acquire();
        try {
            return executor.execute(job);
        } finally {
            semaphore.release();
        }
    }
}
