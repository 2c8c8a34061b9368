package dev.slipway.build;

import dev.slipway.build.Explanation.Reason;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Says why a step missed the cache, by comparing it with what is known of its last time. Works
/// beside the build, which does not wait for it until its end. Thread-safe.
final class Explainer implements AutoCloseable {
    private final RecordStore records;
    private final Events events;
    private final StepJournal journal;
    private final Sources sources;
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
        var key = journal.nearest(job.step());
        start(() -> {
            var explanation = explanation(job, key);
            events.emit(time -> new BuildEvent.StepExplained(time, job.step(), explanation));
        });
    }

    /// The key under which the record of the step's last time was kept; null if none is known.
    @Nullable String earlier(Step step) {
        return journal.nearest(step);
    }

    /// Keeps what a later explanation will compare with: the list of files a step read.
    void remember(Workshop.Job job) {
        start(() -> {
            for (var selection : sources.selectionsOf(job.step())) {
                records.putInputs(selection.contentDigest(), listing(selection));
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
        boolean interrupted = false;
        for (var thread = running.poll(); thread != null; thread = running.poll()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Explanation explanation(Workshop.Job job, @Nullable String key)
            throws IOException, InterruptedException {
        var step = job.step();
        if (step.header().noCache()) {
            return new Explanation(Reason.NO_CACHE, "the cache was not asked", List.of());
        }
        var before = key == null ? null : records.find(key);
        if (before == null) {
            return job.definition().key().equals(key)
                    ? new Explanation(Reason.LOST, "its cache record was removed", List.of())
                    : new Explanation(Reason.FIRST_TIME, "no earlier record", List.of());
        }
        var changes = changes(before, job);
        origins(before, job, changes);
        if (!changes.isEmpty()) {
            return new Explanation(Reason.CHANGED, String.join("; ", changes), changes);
        }
        var below = inputChanges(before.contentInputs(), job.contents());
        if (!below.isEmpty()) {
            return new Explanation(Reason.PARENT, String.join("; ", below), below);
        }
        return new Explanation(Reason.LOST, "its layer is no longer in the store", List.of());
    }

    private List<String> changes(CacheRecord before, Workshop.Job job)
            throws IOException, InterruptedException {
        var old = byName(before.definition());
        var now = byName(job.definition().parts());
        var changes = new ArrayList<String>();
        boolean commandTold = false;
        for (var part : now.entrySet()) {
            var was = old.remove(part.getKey());
            if (part.getValue().equals(was)) {
                continue;
            }
            boolean command = part.getKey().startsWith("command ");
            if (!command || !commandTold) {
                changes.add(change(job, part.getKey(), was, part.getValue()));
            }
            commandTold |= command;
        }
        for (var gone : old.keySet()) {
            if (!commandTold || !gone.startsWith("command ")) {
                changes.add(gone + " is no longer there");
            }
        }
        return changes;
    }

    /// What changed of files that are known by a name before they are here: that name, and the
    /// files.
    private void origins(CacheRecord before, Workshop.Job job, List<String> changes)
            throws IOException, InterruptedException {
        var old = byName(before.definitionInputs());
        for (var part : job.definition().inputs()) {
            var was = old.get(part.name());
            if (isOrigin(part.name()) && !part.value().equals(was)) {
                changes.add(
                        was == null
                                ? part.name() + " is new: " + part.value()
                                : part.name() + " changed: " + was + " → " + part.value());
            }
        }
        if (changes.isEmpty()) {
            return;
        }
        var files = byName(before.contentInputs());
        for (var part : job.contents()) {
            var was = files.get(part.name());
            if (isFiles(part.name()) && !part.value().equals(was)) {
                changes.add(change(job, part.name(), was, part.value()));
            }
        }
    }

    private static boolean isOrigin(String name) {
        return name.startsWith("commit of ");
    }

    private static boolean isFiles(String name) {
        return name.equals(CopyPart.FILES) || name.startsWith(CopyPart.FILES + " of ");
    }

    private String change(Workshop.Job job, String name, @Nullable String was, String now)
            throws IOException, InterruptedException {
        if (isFiles(name)) {
            var files =
                    FileChanges.describe(
                            was == null ? null : records.inputs(was), selection(job.step(), now));
            boolean elsewhere = !name.equals(CopyPart.FILES) && !name.startsWith("files of mount ");
            return elsewhere
                    ? name.substring(CopyPart.FILES.length() + " of ".length()) + ": " + files
                    : files;
        }
        if (name.startsWith("command ")) {
            return was == null ? "the command changed" : "the command changed: " + diff(was, now);
        }
        if (was == null) {
            return name + " is new: " + shown(now);
        }
        return name + " changed: " + diff(was, now);
    }

    private @Nullable CopySelection selection(Step step, String digest)
            throws IOException, InterruptedException {
        for (var selection : sources.selectionsOf(step)) {
            if (selection.contentDigest().equals(digest)) {
                return selection;
            }
        }
        return null;
    }

    private static List<String> inputChanges(List<KeyPart> before, List<KeyPart> after) {
        var old = byName(before);
        var changes = new ArrayList<String>();
        for (var part : after) {
            if (!part.value().equals(old.get(part.name()))) {
                changes.add(
                        part.name().equals("the files below")
                                ? "a step before it changed"
                                : part.name() + " holds other files");
            }
        }
        return changes;
    }

    private static Map<String, String> byName(List<KeyPart> parts) {
        var map = new LinkedHashMap<String, String>();
        for (var part : parts) {
            map.put(part.name(), part.value());
        }
        return map;
    }

    private static String diff(String was, String now) {
        return shown(was) + " → " + shown(now);
    }

    private static String shown(String value) {
        var line = value.replace('\n', ' ').replace('\t', ' ');
        return "\"" + (line.length() > 80 ? line.substring(0, 79) + "…" : line) + "\"";
    }

    private static byte[] listing(CopySelection selection)
            throws IOException, InterruptedException {
        var text = new StringBuilder();
        selection.forEachFile(file ->
                TabText.appendLine(
                        text, List.of(file.path(), file.mode(), file.owner(), file.digest())));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }
}
