package dev.slipway.build;

import dev.slipway.image.FileTree;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

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
        SourceTree tree = SourceTree.of(source);
        return new FileSelection(spec, tree, new SourceSelector(spec, tree).select(), temporary);
    }
}
