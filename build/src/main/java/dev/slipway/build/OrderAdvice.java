package dev.slipway.build;

import dev.slipway.build.record.BuildRecords;
import dev.slipway.build.record.RecordedBuild;
import dev.slipway.build.record.RecordedStep;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Proposes an order of instructions that would have saved time: a RUN that installs what a few
/// files ask for, but stands behind a COPY of everything, is done again whenever anything changes.
///
/// It says only what is known: commands that [InstallCommands] understands to the last word, a COPY
/// of the whole context into the command's own directory, and savings that records of earlier
/// builds show.
public final class OrderAdvice {
    private static final int BUILDS = 50;

    private final Path home;
    private final BuildRequest request;
    private final String dockerfile;
    private final Sources sources;

    /// A proposal.
    ///
    /// @param run the RUN that comes too late
    /// @param copy the COPY it should come before
    /// @param files what the RUN reads of the context; empty: nothing
    /// @param order the instructions as they should stand
    /// @param lastNanos how long the RUN took the last time; -1 if not known
    /// @param medianNanos how long it took in the builds that are recorded; -1 if in none
    /// @param savedNanos what the order would have saved in the builds that are recorded
    /// @param savedBuilds in how many of them
    /// @param builds how many are recorded
    /// @param churn how often the files changed; null: the context is no working copy of git
    public record Advice(
            Step run,
            Step copy,
            List<String> files,
            List<String> order,
            long lastNanos,
            long medianNanos,
            long savedNanos,
            int savedBuilds,
            int builds,
            @Nullable Churn churn) {
        public Advice {
            files = List.copyOf(files);
            order = List.copyOf(order);
        }
    }

    /// In how many of a repository's last commits files of the context changed.
    ///
    /// @param commits how many were looked at
    /// @param copy in how many any file that the COPY takes changed
    /// @param read in how many one that the RUN reads changed
    public record Churn(int commits, int copy, int read) {}

    OrderAdvice(Path home, BuildRequest request, String dockerfile, Sources sources) {
        this.home = home;
        this.request = request;
        this.dockerfile = dockerfile;
        this.sources = sources;
    }

    List<Advice> of(List<Forecast.Entry> steps)
            throws BuildException, IOException, InterruptedException {
        var advice = new ArrayList<Advice>();
        List<RecordedBuild> builds = null;
        ContextHistory history = null;
        for (var entry : steps) {
            if (!(entry.step() instanceof Step.Run run)) {
                continue;
            }
            var reads = InstallCommands.reads(run.spec());
            var copy = reads == null ? null : copyBefore(run);
            if (reads == null || copy == null) {
                continue;
            }
            if (builds == null) {
                builds = builds();
                history = request.context() == null ? null : ContextHistory.of(request.context());
            }
            var one = advice(run, copy, reads, entry.lastNanos(), builds, history);
            if (one != null) {
                advice.add(one);
            }
        }
        return advice;
    }

    /// The COPY of the whole context into the directory of `run` that it comes right after.
    private static Step.@Nullable Copy copyBefore(Step.Run run) {
        if (run.below() instanceof Step.Copy copy && copy.from() == null) {
            var spec = copy.spec();
            boolean whole =
                    spec.sources().equals(List.of("."))
                            || spec.sources().equals(List.of("./"))
                            || spec.sources().equals(List.of("/"));
            var to =
                    PathText.join(
                            spec.workingDir().isEmpty() ? "/" : spec.workingDir(),
                            spec.destination());
            var at = PathText.join("/", run.spec().cwd());
            return whole && !spec.add() && trimmed(to).equals(trimmed(at)) ? copy : null;
        }
        return null;
    }

    private static String trimmed(String path) {
        var text = path;
        while (text.length() > 1 && (text.endsWith("/") || text.endsWith("/."))) {
            text = text.substring(0, text.lastIndexOf('/'));
        }
        return text.isEmpty() ? "/" : text;
    }

    private @Nullable Advice advice(
            Step.Run run,
            Step.Copy copy,
            List<String> reads,
            long lastNanos,
            List<RecordedBuild> builds,
            @Nullable ContextHistory history)
            throws BuildException, IOException, InterruptedException {
        Set<String> there = new TreeSet<>();
        Set<String> all = new HashSet<>();
        for (var use : ContextUse.of(copy)) {
            sources.fromContext(copy, use)
                    .forEachFile(file -> {
                        if (reads.contains(file.path())) {
                            there.add(file.path());
                        }
                        if (!file.mode().startsWith("d")) {
                            all.add(file.path());
                        }
                    });
        }
        if (there.containsAll(all) || (there.isEmpty() && !reads.isEmpty())) {
            return null; // nothing else could change, or the command reads what is not there
        }
        long saved = 0;
        int count = 0;
        for (var build : builds) {
            long nanos = saved(build, run, copy, reads);
            saved += nanos;
            count += nanos > 0 ? 1 : 0;
        }
        var churn = churn(history, all, there);
        boolean changes = churn != null && churn.copy > churn.read;
        if (saved == 0 && lastNanos <= 0 && !changes) {
            return null; // there is nothing measured to say
        }
        var order = new ArrayList<String>();
        if (!there.isEmpty()) {
            order.add("COPY " + String.join(" ", there) + " ./");
        }
        order.add(run.instruction());
        order.add(copy.instruction());
        return new Advice(
                run,
                copy,
                List.copyOf(there),
                order,
                lastNanos,
                median(builds, run),
                saved,
                count,
                builds.size(),
                churn);
    }

    /// Files that are gone by now do not count.
    private static @Nullable Churn churn(
            @Nullable ContextHistory history, Set<String> copied, Set<String> read) {
        return history == null
                ? null
                : new Churn(
                        history.commits().size(), history.changing(copied), history.changing(read));
    }

    private static long median(List<RecordedBuild> builds, Step.Run run) {
        var times = new ArrayList<Long>();
        for (var build : builds) {
            var ran = find(build, run);
            if (ran != null && ran.verdict() == RecordedStep.Verdict.DONE) {
                times.add(ran.nanos());
            }
        }
        Collections.sort(times);
        return times.isEmpty() ? -1 : times.get(times.size() / 2);
    }

    /// How long the RUN took in a build that did it again only because of files it does not read.
    private static long saved(
            RecordedBuild build, Step.Run run, Step.Copy copy, List<String> reads) {
        var copied = find(build, copy);
        var ran = find(build, run);
        if (copied == null || ran == null || ran.verdict() != RecordedStep.Verdict.DONE) {
            return 0;
        }
        boolean onlyOthers =
                copied.verdict() == RecordedStep.Verdict.DONE
                        && "changed".equals(copied.reason())
                        && copied.changes().size() == 1
                        && !copied.files().isEmpty();
        for (var file : copied.files()) {
            onlyOthers &= !reads.contains(file);
        }
        // Its own instruction changed: it would have been done in any order.
        return onlyOthers && "parent".equals(ran.reason()) ? ran.nanos() : 0;
    }

    private static @Nullable RecordedStep find(RecordedBuild build, Step step) {
        for (var recorded : build.steps()) {
            if (recorded.stage().equals(step.stage())
                    && recorded.instruction().equals(step.instruction())) {
                return recorded;
            }
        }
        return null;
    }

    private List<RecordedBuild> builds() throws IOException {
        var records = new BuildRecords(home);
        var builds = new ArrayList<RecordedBuild>();
        var directory = request.context();
        var context = directory == null ? "" : directory.toAbsolutePath().normalize().toString();
        for (var summary : records.list()) {
            if (builds.size() == BUILDS) {
                break;
            }
            try {
                var build = records.read(summary.id());
                if (build.facts().context().equals(context)
                        && build.facts().dockerfile().equals(dockerfile)) {
                    builds.add(build);
                }
            } catch (NoSuchFileException _) {
                // Removed meanwhile.
            }
        }
        return builds;
    }
}
