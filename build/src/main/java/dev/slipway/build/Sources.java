package dev.slipway.build;

import dev.slipway.image.FileTree;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// What steps copy from: the build context, opened when first needed, and selections of files, each
/// made once. Thread-safe.
final class Sources implements AutoCloseable {
    private final BuildRequest request;
    private final @Nullable Path dockerfile;
    private final Copying copying;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Step, Map<String, CopySelection>> selections = new HashMap<>();
    private @Nullable FileTree context;

    Sources(BuildRequest request, @Nullable Path dockerfile, Copying copying) {
        this.request = request;
        this.dockerfile = dockerfile;
        this.copying = copying;
    }

    /// The files of the context that `use` selects, for `step`.
    CopySelection fromContext(Step step, ContextUse use)
            throws BuildException, InterruptedException {
        try {
            return select(step, use, context(step), true);
        } catch (IOException e) {
            throw BuildException.io("cannot read the build context", e).in(step);
        }
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

    /// The context, for `step`.
    FileTree context(Step step) throws BuildException, IOException {
        lock.lock();
        try {
            if (context == null) {
                var directory = request.context();
                if (directory == null) {
                    throw BuildException.of("this build has no context to copy from")
                            .step(step)
                            .hint("give a directory as the last argument")
                            .make();
                }
                context = copying.openContext(directory, dockerfile);
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
        } finally {
            lock.unlock();
        }
    }
}
