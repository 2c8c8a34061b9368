package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.image.MergedView;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// What steps copy from: the build context and origins, opened when first needed, and selections of
/// files, each made once. Thread-safe.
final class Sources implements AutoCloseable {
    private final @Nullable ContextRoot root;
    private final Copying copying;
    private final Events events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Step, Map<String, CopySelection>> selections = new HashMap<>();
    private final Map<Step.Origin, OpenOrigin> origins = new HashMap<>();
    private @Nullable FileTree context;

    /// @param root the build context; null: there is none
    Sources(@Nullable ContextRoot root, Copying copying, Events events) {
        this.root = root;
        this.copying = copying;
        this.events = events;
    }

    /// The files of the context, or of an origin, that `use` selects, for `step`.
    CopySelection fromContext(Step step, ContextUse use)
            throws BuildException, InterruptedException {
        var origin = use.origin();
        try {
            var known = known(step, use.partName());
            if (known != null) {
                return known;
            }
            if (use.spec().sources().isEmpty()) {
                return select(step, use, MergedView.of(List.of()), false);
            }
            var selection = select(step, use, tree(step, use), true);
            if (origin != null) {
                origin.files().verify(selection);
            }
            return selection;
        } catch (BuildException e) {
            throw e.in(step);
        } catch (IOException e) {
            var what = origin == null ? "the build context" : origin.description();
            throw BuildException.io("cannot read " + what, e).in(step);
        }
    }

    /// The tree that `use` is of, for `step`.
    FileTree tree(Step step, ContextUse use)
            throws BuildException, IOException, InterruptedException {
        var origin = use.origin();
        return origin == null ? context(step) : tree(origin);
    }

    /// The files of an origin, brought here if need be.
    FileTree tree(Step.Origin origin) throws BuildException, IOException, InterruptedException {
        OpenOrigin open;
        lock.lock();
        try {
            open = origins.computeIfAbsent(origin, each -> new OpenOrigin(each, copying, events));
        } finally {
            lock.unlock();
        }
        return open.tree();
    }

    /// The files of another step's result that `use` selects, for `step`.
    CopySelection fromStep(Step step, ContextUse use, FileTree tree)
            throws BuildException, IOException, InterruptedException {
        return select(step, use, tree, false);
    }

    private CopySelection select(Step step, ContextUse use, FileTree tree, boolean ofContext)
            throws BuildException, IOException, InterruptedException {
        var known = known(step, use.partName());
        if (known != null) {
            return known;
        }
        try {
            var selection = copying.select(use.spec(), tree, ofContext);
            lock.lock();
            try {
                selections
                        .computeIfAbsent(step, _ -> new HashMap<>())
                        .put(use.partName(), selection);
            } finally {
                lock.unlock();
            }
            return selection;
        } catch (CopyException e) {
            throw BuildException.of(BuildException.messageOf(e)).hint(e.hint()).step(step).make();
        }
    }

    /// What was selected for `step`.
    List<CopySelection> selectionsOf(Step step) {
        lock.lock();
        try {
            var ofStep = selections.get(step);
            return ofStep == null ? List.of() : List.copyOf(ofStep.values());
        } finally {
            lock.unlock();
        }
    }

    private @Nullable CopySelection known(Step step, String partName) {
        lock.lock();
        try {
            var ofStep = selections.get(step);
            return ofStep == null ? null : ofStep.get(partName);
        } finally {
            lock.unlock();
        }
    }

    private FileTree context(Step step) throws BuildException, IOException {
        lock.lock();
        try {
            if (context == null) {
                if (root == null) {
                    throw BuildException.of("this build has no context to copy from")
                            .step(step)
                            .hint("give a directory as the last argument")
                            .make();
                }
                context = copying.openContext(root);
            }
            return context;
        } catch (CopyException e) {
            throw BuildException.of(BuildException.messageOf(e)).hint(e.hint()).make();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (context != null) {
                context.close();
                context = null;
            }
            for (var origin : origins.values()) {
                origin.close();
            }
            origins.clear();
        } finally {
            lock.unlock();
        }
    }
}
