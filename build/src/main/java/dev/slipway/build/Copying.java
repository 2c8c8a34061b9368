package dev.slipway.build;

import dev.slipway.image.FileTree;

import java.io.IOException;

/// How files get from a context, a stage or an image into a layer.
interface Copying {
    /// Opens a context directory: what its ignore file hides is not in the tree, owners are 0:0
    /// unless they are to be kept.
    FileTree openContext(ContextRoot root) throws IOException, CopyException;

    /// Finds and hashes what `spec` asks for in `source`.
    ///
    /// @param context whether `source` came from {@link #openContext}
    CopySelection select(CopySpec spec, FileTree source, boolean context)
            throws IOException, CopyException, InterruptedException;
}
