package dev.slipway.linux;

import java.nio.ByteBuffer;

/// statx(2) and its buffer, whose layout is the same on every architecture.
final class Statx {
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_EMPTY_PATH = 0x1000;

    private static final int BASIC_STATS = 0x7ff;
    private static final int BYTES = 256;
    private static final int NLINK = 16;
    private static final int UID = 20;
    private static final int GID = 24;
    private static final int MODE = 28;
    private static final int INODE = 32;
    private static final int SIZE = 40;
    private static final int BLOCKS = 48;
    private static final int CTIME = 96;
    private static final int MTIME = 112;
    private static final int RDEV_MAJOR = 128;
    private static final int RDEV_MINOR = 132;
    private static final int DEV_MAJOR = 136;
    private static final int DEV_MINOR = 140;

    private final Memory bytes;

    private Statx(Memory bytes) {
        this.bytes = bytes;
    }

    /// Allocates a buffer; it lives as long as `n`.
    static Statx in(Native n) {
        return new Statx(n.allocate(BYTES));
    }

    /// Fills the buffer.
    ///
    /// @return 0, or a negated errno
    long call(Native n, int dirFd, long path, int flags) {
        return n.call(Syscall.STATX, dirFd, path, flags, BASIC_STATS, bytes.address());
    }

    FileStat read() {
        int mode = bytes.getShort(MODE) & 0xffff;
        return new FileStat(
                FileType.ofMode(mode),
                mode & 0xfff,
                bytes.getInt(UID),
                bytes.getInt(GID),
                bytes.getLong(SIZE),
                time(MTIME),
                time(CTIME),
                pair(bytes.getInt(DEV_MAJOR), bytes.getInt(DEV_MINOR)),
                bytes.getLong(INODE),
                bytes.getInt(NLINK),
                bytes.getInt(RDEV_MAJOR),
                bytes.getInt(RDEV_MINOR),
                bytes.getLong(BLOCKS));
    }

    /// Writes what tells one state of a file from another, as [DirSnapshot] keeps it.
    void pack(ByteBuffer words) {
        for (int i = 0; i < DirSnapshot.STAT_WORDS; i++) {
            words.putLong(8 * i, word(i));
        }
    }

    /// Whether the file is as it was when it was packed at `offset`.
    boolean isSame(ByteBuffer words, int offset) {
        for (int i = 0; i < DirSnapshot.STAT_WORDS; i++) {
            if (words.getLong(offset + 8 * i) != word(i)) {
                return false;
            }
        }
        return true;
    }

    private long word(int index) {
        return switch (index) {
            case 0 -> bytes.getLong(INODE);
            case 1 -> bytes.getLong(CTIME);
            case 2 -> bytes.getLong(MTIME);
            case 3 -> bytes.getLong(SIZE);
            case 4 -> pair(bytes.getInt(CTIME + 8), bytes.getInt(MTIME + 8));
            case 5 -> pair(bytes.getInt(NLINK), bytes.getShort(MODE) & 0xffff);
            case 6 -> pair(bytes.getInt(DEV_MAJOR), bytes.getInt(DEV_MINOR));
            default -> pair(bytes.getInt(RDEV_MAJOR), bytes.getInt(RDEV_MINOR));
        };
    }

    private static long pair(int high, int low) {
        return ((long) high << 32) | (low & 0xffffffffL);
    }

    private Timespec time(int offset) {
        return new Timespec(bytes.getLong(offset), bytes.getInt(offset + 8));
    }
}
