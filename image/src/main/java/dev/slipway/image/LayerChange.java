package dev.slipway.image;

import dev.slipway.linux.RawPath;

/// What a layer does to the layers below it: OCI image-spec, `layer.md`, "Representing Changes".
public sealed interface LayerChange {
    /// The place that changes.
    RawPath path();

    /// Adds a file, or replaces what is there; a directory over a directory keeps what that holds.
    record Put(FileEntry entry) implements LayerChange {
        @Override
        public RawPath path() {
            return entry.path();
        }
    }

    /// Removes `path` with all under it; in the tar, `.wh.<name>`.
    record Remove(RawPath path) implements LayerChange {}

    /// Hides what the layers below hold in the directory `path`; in the tar, `.wh..wh..opq`.
    record Hide(RawPath path) implements LayerChange {}
}
