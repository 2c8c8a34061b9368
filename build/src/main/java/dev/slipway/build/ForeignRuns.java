package dev.slipway.build;

import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds commands that this machine cannot run, before anything is done for their sake.
final class ForeignRuns {
    private final Cache cache;
    private final Set<Step> seen = new HashSet<>();

    /// What is known of steps without making them.
    interface Cache {
        /// Whether the result of `step` is there.
        boolean has(Step step) throws BuildException, InterruptedException;

        /// Whether `step` was made here once, so that its result may be found once it is known what
        /// its inputs hold.
        boolean mayHave(Step step) throws BuildException;
    }

    private ForeignRuns(Cache cache) {
        this.cache = cache;
    }

    /// @throws BuildException if a command that `targets` need would have to be run and cannot be
    static void check(List<Step> targets, Cache cache) throws BuildException, InterruptedException {
        if (anyForeign(targets)) {
            new ForeignRuns(cache).search(targets);
        }
    }

    private static boolean anyForeign(List<Step> targets) {
        var seen = new HashSet<Step>();
        var pending = new ArrayDeque<>(targets);
        while (!pending.isEmpty()) {
            var step = pending.pop();
            if (seen.add(step)) {
                if (step instanceof Step.Run run && reason(run) != null) {
                    return true;
                }
                pending.addAll(step.inputs());
            }
        }
        return false;
    }

    private void search(List<Step> targets) throws BuildException, InterruptedException {
        var pending = new ArrayDeque<>(targets);
        var foreign = new ArrayList<Step.Run>();
        while (!pending.isEmpty()) {
            var step = pending.pop();
            if (step instanceof Step.Base || !seen.add(step) || cache.has(step)) {
                continue;
            }
            if (step instanceof Step.Run run && reason(run) != null) {
                foreign.add(run);
            }
            pending.addAll(step.inputs());
        }
        foreign.sort((a, b) -> Integer.compare(a.number(), b.number()));
        for (var run : foreign) {
            if (!cache.mayHave(run)) {
                checkRuns(run);
            }
        }
    }

    /// @throws BuildException if this machine cannot run the command
    static void checkRuns(Step.Run run) throws BuildException {
        var hint = reason(run);
        if (hint != null) {
            throw BuildException.of(
                            "a command for "
                                    + run.header().platform()
                                    + " cannot be run on this machine, which is "
                                    + Platform.host())
                    .step(run)
                    .hint(hint)
                    .make();
        }
    }

    /// What to do so that the command can be run; null if it can.
    private static @Nullable String reason(Step.Run run) {
        return switch (Binfmt.answer(run.header().platform())) {
            case RUNS -> null;
            case NEEDS_EMULATOR_INSIDE ->
                    "the emulator is registered without the flag F, so that a container does not"
                            + " see it: register it anew (qemu-user-static with binfmt-support), or"
                            + " cross compile: FROM --platform=$BUILDPLATFORM";
            case REFUSES ->
                    "register an emulator with binfmt_misc (qemu-user-static), or cross compile:"
                            + " FROM --platform=$BUILDPLATFORM";
        };
    }
}
