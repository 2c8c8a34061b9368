package dev.slipway.build;

import dev.slipway.image.FileTree;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/// How files get from a context, a stage or an image into a layer.
interface Copying {
    /// Opens a context directory: what `.dockerignore` hides is not in the tree, owners are 0:0.
    ///
    /// @param dockerfile whose own ignore file, `<Dockerfile>.dockerignore`, comes first; null:
    ///   none
    FileTree openContext(Path directory, @Nullable Path dockerfile)
            throws IOException, CopyException;

    /// Finds and hashes what `spec` asks for in `source`.
    ///
    /// @param context whether `source` came from {@link #openContext}
    CopySelection select(CopySpec spec, FileTree source, boolean context)
            throws IOException, CopyException, InterruptedException;
}
