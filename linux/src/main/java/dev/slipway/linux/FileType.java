package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

/// What a directory entry is.
public enum FileType {
    REGULAR(0x8000),
    DIRECTORY(0x4000),
    SYMLINK(0xa000),
    CHARACTER_DEVICE(0x2000),
    BLOCK_DEVICE(0x6000),
    FIFO(0x1000),
    SOCKET(0xc000);

    private final int modeBits;

    FileType(int modeBits) {
        this.modeBits = modeBits;
    }

    /// The `S_IFMT` bits of `st_mode`.
    public int modeBits() {
        return modeBits;
    }

    static FileType ofMode(int mode) {
        return switch (mode & 0xf000) {
            case 0x8000 -> REGULAR;
            case 0x4000 -> DIRECTORY;
            case 0xa000 -> SYMLINK;
            case 0x2000 -> CHARACTER_DEVICE;
            case 0x6000 -> BLOCK_DEVICE;
            case 0x1000 -> FIFO;
            case 0xc000 -> SOCKET;
            default -> throw new IllegalArgumentException("mode " + Integer.toOctalString(mode));
        };
    }

    /// The type getdents64 tells; null where the file system does not know.
    static @Nullable FileType ofDirent(int type) {
        return switch (type) {
            case 1, 2, 4, 6, 8, 10, 12 -> ofMode(type << 12);
            default -> null;
        };
    }
}
