package dev.slipway.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// What a directory held at one moment, in the kernel's own words: its records of names as
/// getdents64(2) gave them, and of each file what statx(2) said. Comparing a directory with it
/// makes no object per file. Immutable; means something on the machine it was taken on only.
public final class DirSnapshot {
    static final int STAT_WORDS = 8;
    static final int STAT_BYTES = 8 * STAT_WORDS;

    private static final int HEADER_BYTES = 8; // the length of the names, the number of stats

    private final byte[] bytes;
    private final int offset;
    private final int length;

    private DirSnapshot(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    static DirSnapshot of(ByteArrayOutputStream names, ByteArrayOutputStream stats) {
        byte[] bytes = new byte[HEADER_BYTES + names.size() + stats.size()];
        ByteBuffer out = wrap(bytes);
        out.putInt(names.size()).putInt(stats.size() / STAT_BYTES);
        out.put(names.toByteArray()).put(stats.toByteArray());
        return new DirSnapshot(bytes, 0, bytes.length);
    }

    /// The snapshot that [#writeTo] wrote.
    ///
    /// @throws IllegalArgumentException if the bytes are none
    public static DirSnapshot of(byte[] bytes, int offset, int length) {
        if (length >= HEADER_BYTES) {
            ByteBuffer in = wrap(bytes);
            int names = in.getInt(offset);
            int stats = in.getInt(offset + 4);
            if (names >= 0
                    && stats >= 0
                    && HEADER_BYTES + names + (long) stats * STAT_BYTES == length) {
                return new DirSnapshot(bytes, offset, length);
            }
        }
        throw new IllegalArgumentException("not a snapshot");
    }

    /// How many files the directory holds.
    public int count() {
        return wrap(bytes).getInt(offset + 4);
    }

    /// The size in bytes, as written.
    public int length() {
        return length;
    }

    public void writeTo(ByteBuffer out) {
        out.put(bytes, offset, length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DirSnapshot that
                && Arrays.equals(
                        bytes,
                        offset,
                        offset + length,
                        that.bytes,
                        that.offset,
                        that.offset + that.length);
    }

    @Override
    public int hashCode() {
        return length * 31 + count();
    }

    static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    Reader reader() {
        return new Reader();
    }

    /// Goes through the snapshot as a directory is read.
    final class Reader {
        private final ByteBuffer in = wrap(bytes);
        private int name = offset + HEADER_BYTES;
        private final int names = name + in.getInt(offset);
        private int stat = names;

        boolean hasNames(byte[] records, int count) {
            boolean same =
                    count <= names - name
                            && Arrays.equals(records, 0, count, bytes, name, name + count);
            name += count;
            return same;
        }

        boolean hasStat(Statx statx) {
            boolean same = stat < offset + length && statx.isSame(in, stat);
            stat += STAT_BYTES;
            return same;
        }

        boolean isAtEnd() {
            return name == names && stat == offset + length;
        }
    }
}
