package dev.slipway.build;

import dev.slipway.image.FileTree;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// The keys of a plan's steps, each worked out once and when first asked for. Thread-safe.
final class Keys {
    private final StepKeys stepKeys;
    private final Sources sources;
    private final @Nullable Ahead ahead;
    private final Map<Step, Definition> definitions = new HashMap<>();
    private final Map<Step, ReentrantLock> locks = new HashMap<>();

    /// All of a step's definition key.
    ///
    /// @param parts what the step is
    /// @param inputs the definition keys of what it is made from
    record Definition(String key, List<KeyPart> parts, List<KeyPart> inputs) {}

    /// @param ahead null: nothing is to be made before its key is known
    Keys(StepKeys stepKeys, Sources sources, @Nullable Ahead ahead) {
        this.stepKeys = stepKeys;
        this.sources = sources;
        this.ahead = ahead;
    }

    /// Told of each step before the context is read for its key.
    interface Ahead {
        void of(Step step) throws BuildException, InterruptedException;
    }

    /// The definition key. Reads the context if the step, or one it needs, copies from it.
    Definition definition(Step last) throws BuildException, InterruptedException {
        // What a step needs comes before it: thousands of steps, or of stages that each copy from
        // the one before, need no deep recursion.
        var pending = new ArrayDeque<Step>();
        pending.push(last);
        while (!pending.isEmpty()) {
            var step = pending.element();
            if (known(step) != null || !pushUnknown(step, pending)) {
                pending.pop();
                try {
                    define(step);
                } catch (BuildException e) {
                    throw e.in(step);
                }
            }
        }
        var result = known(last);
        if (result == null) {
            throw new IllegalStateException(last.name());
        }
        return result;
    }

    /// Puts what `step` is made from and has no key yet on top of `pending`.
    ///
    /// @return whether there is any
    private boolean pushUnknown(Step step, Deque<Step> pending) {
        int size = pending.size();
        for (var input : step.inputs().reversed()) {
            if (!(input instanceof Step.Origin) && known(input) == null) {
                pending.push(input);
            }
        }
        return pending.size() > size;
    }

    /// The definition key if it is worked out already, else null.
    @Nullable Definition known(Step step) {
        synchronized (definitions) {
            return definitions.get(step);
        }
    }

    private void define(Step step) throws BuildException, InterruptedException {
        var lock = lockOf(step);
        lock.lockInterruptibly();
        try {
            if (known(step) != null) {
                return;
            }
            var inputs = new ArrayList<KeyPart>();
            var below = step.below();
            if (below != null) {
                inputs.add(new KeyPart("the step before", definition(below).key()));
            }
            for (var input : step.inputs()) {
                if (input instanceof Step.Origin origin) {
                    var identity = origin.files().identity();
                    if (identity != null) {
                        inputs.add(identity);
                    }
                } else if (input != below) {
                    inputs.add(new KeyPart(name(input), definition(input).key()));
                }
            }
            if (ahead != null) {
                ahead.of(step);
            }
            var parts = stepKeys.definition(step, contextParts(step));
            var made = new Definition(CacheRecord.definitionKey(parts, inputs), parts, inputs);
            synchronized (definitions) {
                definitions.put(step, made);
            }
        } finally {
            lock.unlock();
        }
    }

    private ReentrantLock lockOf(Step step) {
        synchronized (locks) {
            return locks.computeIfAbsent(step, _ -> new ReentrantLock());
        }
    }

    private static String name(Step input) {
        return input.stage().isEmpty() ? input.instruction() : "stage " + input.stage();
    }

    private List<KeyPart> contextParts(Step step) throws BuildException, InterruptedException {
        var parts = new ArrayList<KeyPart>();
        for (var use : ContextUse.of(step)) {
            if (!use.isIdentified()) {
                parts.add(contextPart(step, use));
            }
        }
        return parts;
    }

    private KeyPart contextPart(Step step, ContextUse use)
            throws BuildException, InterruptedException {
        var selection = sources.fromContext(step, use);
        try {
            return new KeyPart(use.partName(), selection.contentDigest());
        } catch (IOException e) {
            throw BuildException.io("cannot read the build context", e).in(step);
        }
    }

    /// What the inputs of a step hold.
    ///
    /// @param below what lies below it
    /// @param views opens the results of other inputs
    List<KeyPart> contents(Step step, Snapshot below, Views views)
            throws BuildException, IOException, InterruptedException {
        var parts = new ArrayList<KeyPart>();
        boolean independent = step instanceof Step.Copy copy && copy.spec().link();
        if (!independent) {
            parts.add(new KeyPart("the files below", below.chainId()));
        }
        for (var use : ContextUse.of(step)) {
            if (use.isIdentified()) {
                parts.add(contextPart(step, use));
            }
        }
        if (step instanceof Step.Run run) { // without a pattern switch, as EventJson says
            mounts(run, views, parts);
            return parts;
        }
        if (step instanceof Step.Copy copy) {
            for (var part : copy.parts()) {
                var from = part.from();
                if (from != null && !part.isOfContext()) {
                    var selection = sources.fromStep(step, ContextUse.of(part), views.tree(from));
                    parts.add(new KeyPart(name(from), selection.contentDigest()));
                }
            }
        } else if (step instanceof Step.After after) {
            for (var stage : after.stages()) {
                views.snapshot(stage); // waits for it; what it holds does not matter
            }
        }
        return parts;
    }

    private void mounts(Step.Run run, Views views, List<KeyPart> parts)
            throws BuildException, IOException, InterruptedException {
        var mounts = run.spec().mounts();
        for (int i = 0; i < mounts.size(); i++) {
            Step from = null;
            String source = "/";
            if (mounts.get(i) instanceof RunMount.Bind bind && !ContextUse.isOfContext(bind)) {
                from = bind.from();
                source = bind.source();
            } else if (mounts.get(i) instanceof RunMount.Cache cache) {
                from = cache.from();
                source = cache.source();
            }
            if (from != null) {
                parts.add(new KeyPart("mount " + i, mountContent(run, i, from, source, views)));
            }
        }
    }

    /// A whole root file system is named by its layers, which is cheap; a part of one by what it
    /// holds.
    private String mountContent(Step.Run run, int index, Step from, String source, Views views)
            throws BuildException, IOException, InterruptedException {
        if (source.equals("/") && !(from instanceof Step.Origin)) {
            return views.snapshot(from).chainId();
        }
        var use = ContextUse.ofMount(index, from, source);
        return use.origin() == null
                ? sources.fromStep(run, use, views.tree(from)).contentDigest()
                : sources.fromContext(run, use).contentDigest();
    }

    /// The results of steps, as files.
    interface Views {
        Snapshot snapshot(Step step) throws BuildException, InterruptedException;

        FileTree tree(Step step) throws BuildException, IOException, InterruptedException;
    }
}
