package dev.slipway.linux;

/// How symbolic links and `..` are followed when a path is opened beneath a directory; openat2(2).
public enum Resolve {
    /// The directory is the root: absolute links start there, `..` stops there.
    IN_ROOT(0x10),
    /// Links are followed while they stay beneath the directory; leaving it is EXDEV.
    BENEATH(0x08),
    /// No link is followed: ELOOP. Nothing leaves the directory either.
    NO_SYMLINKS(0x08 | 0x04);

    private static final int NO_MAGICLINKS = 0x02;

    private final int bits;

    Resolve(int bits) {
        this.bits = bits | NO_MAGICLINKS;
    }

    int bits() {
        return bits;
    }
}
