package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/// Copying with what a store keeps for it.
final class LocalCopying implements Copying {
    private final Store store;

    LocalCopying(Store store) {
        this.store = store;
    }

    @Override
    public FileTree openContext(Path directory, @Nullable Path dockerfile)
            throws IOException, CopyException {
        throw new IOException(store.home() + " " + directory + dockerfile);
    }

    @Override
    public CopySelection select(CopySpec spec, FileTree source, boolean context)
            throws IOException, CopyException, InterruptedException {
        throw new IOException(spec.destination() + source + context);
    }
}
