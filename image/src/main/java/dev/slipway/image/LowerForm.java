package dev.slipway.image;

/// In what form a store gives layers that were not unpacked yet to overlayfs.
public enum LowerForm {
    /// Small layers as a tree, the others as [#MOUNTED]. Each container pays some milliseconds for
    /// a mounted layer, whose files the kernel reads anew, and a few files are unpacked in less.
    CHEAPEST,

    /// As EROFS where this machine mounts that from files (Linux 6.12, the root user), else as a
    /// tree.
    MOUNTED,

    /// Always as a tree.
    UNPACKED
}
