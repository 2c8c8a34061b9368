package dev.slipway.build;

import dev.slipway.image.FileTree;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Copies between trees of files: a context, a stage or an image, into a layer.
final class TreeCopying implements Copying {
    private final @Nullable Path statCaches;
    private final Path temporary;

    /// @param statCaches the directory for what is remembered of contexts; null: nothing is
    /// @param temporary a directory for what an archive holds while it is put in order; nothing
    ///   stays in it
    TreeCopying(@Nullable Path statCaches, Path temporary) {
        this.statCaches = statCaches;
        this.temporary = temporary;
    }

    @Override
    public BuildContext openContext(ContextRoot root) throws IOException, CopyException {
        return BuildContext.open(root, statCaches);
    }

    @Override
    public CopySelection select(CopySpec spec, FileTree source, boolean context)
            throws IOException, CopyException, InterruptedException {
        return source instanceof BuildContext tree ? select(spec, tree) : find(spec, source, null);
    }

    private CopySelection select(CopySpec spec, BuildContext tree)
            throws IOException, CopyException, InterruptedException {
        SelectionMemory memory = tree.memory(spec);
        SelectionMemory.Recalled known = memory == null ? null : tree.recall(memory);
        if (memory == null || known == null) {
            return find(spec, tree, memory);
        }
        if (known.changed().isEmpty()) {
            return new RememberedSelection(known.selected(), () -> find(spec, tree, memory));
        }
        ListedSelection updated =
                ContextUpdate.select(
                        spec,
                        tree,
                        memory,
                        known,
                        selected ->
                                new RememberedSelection(selected, () -> find(spec, tree, memory)));
        return updated == null ? find(spec, tree, memory) : updated;
    }

    private FileSelection find(CopySpec spec, FileTree source, @Nullable SelectionMemory memory)
            throws IOException, CopyException, InterruptedException {
        SourceTree tree = SourceTree.of(source);
        List<SelectedSource> sources = new SourceSelector(spec, tree).select();
        return new FileSelection(spec, tree, sources, temporary, memory);
    }
}
