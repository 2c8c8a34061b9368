package dev.slipway.image;

/// In what form a store gives layers that were not unpacked yet to overlayfs.
public enum LowerForm {
    /// As EROFS where this machine mounts that from files (Linux 6.12, the root user), else as a
    /// tree.
    MOUNTED,

    /// Always as a tree.
    UNPACKED
}
