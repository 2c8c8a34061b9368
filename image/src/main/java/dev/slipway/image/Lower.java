package dev.slipway.image;

import java.nio.file.Path;

/// A read-only part of an overlay: what a layer looks like to the kernel.
public sealed interface Lower {
    /// Files that were unpacked, or that a command left.
    ///
    /// @param path a directory in the form overlayfs wants: whiteouts are character devices 0:0,
    ///   opaque directories have its extended attribute
    record Directory(Path path) implements Lower {}

    /// A file system that is mounted from two files: nothing was unpacked.
    ///
    /// @param metadata an EROFS image without the content of regular files
    /// @param data the layer's uncompressed tar, which the content is read from: the image's only
    ///   extra device
    record Erofs(Path metadata, Path data) implements Lower {}
}
