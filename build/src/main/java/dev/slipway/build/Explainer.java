package dev.slipway.build;

import dev.slipway.linux.Uninterruptibly;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Says why a step missed the cache, by comparing it with what is known of its last time. Works
/// beside the build, which does not wait for it until its end. Thread-safe.
final class Explainer implements AutoCloseable {
    private final RecordStore records;
    private final Events events;
    private final StepJournal journal;
    private final Sources sources;

    /// Of each step that is done anew, the lowest below it that is as well, or else itself.
    private final Map<Step, Step> lowest = new ConcurrentHashMap<>();

    private final SelectionListings listings = new SelectionListings();
    private final ConcurrentLinkedQueue<Thread> running = new ConcurrentLinkedQueue<>();

    Explainer(RecordStore records, Events events, StepJournal journal, Sources sources) {
        this.records = records;
        this.events = events;
        this.journal = journal;
        this.sources = sources;
    }

    /// Has the miss of a step explained.
    void explain(Workshop.Job job) {
        // Asked now: at its end the build writes the journal anew, which would then be its own
        // past.
        var step = job.step();
        var key = journal.nearest(step);
        var base = journal.base(step);
        boolean known = journal.isKnown();
        var cause = cause(step);
        lowest.put(step, cause == null ? step : cause);
        start(() -> {
            var miss =
                    new MissReason.Miss(
                            step,
                            job.definition(),
                            job.contents(),
                            job.below(),
                            key,
                            base,
                            cause,
                            known);
            var explanation = new MissReason(records, sources, listings).explain(miss);
            events.emit(time -> new BuildEvent.StepExplained(time, job.step(), explanation));
        });
    }

    /// The lowest step below that is done anew in this build; null if there is none.
    private @Nullable Step cause(Step step) {
        for (var at = step.below(); at != null; at = at.below()) {
            var known = lowest.get(at);
            if (known != null) {
                return known;
            }
        }
        return null;
    }

    /// The key under which the record of the step's last time was kept; null if none is known.
    @Nullable String earlier(Step step) {
        return journal.nearest(step);
    }

    /// Keeps what a later explanation will compare with: the list of files a step read.
    void remember(Workshop.Job job) {
        start(() -> {
            for (var selection : sources.selectionsOf(job.step())) {
                records.putInputs(selection.contentDigest(), listings.of(selection));
            }
        });
    }

    private void start(Work work) {
        running.add(Thread.ofVirtual().start(() -> run(work)));
    }

    private void run(Work work) {
        try {
            work.run();
        } catch (IOException | UncheckedIOException e) {
            events.warn("cannot explain a cache miss: " + e);
        } catch (InterruptedException e) {
            return; // the build is over
        }
    }

    /// Waits for the explanations under way.
    @Override
    public void close() {
        for (var thread = running.poll(); thread != null; thread = running.poll()) {
            Uninterruptibly.join(thread);
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }
}
