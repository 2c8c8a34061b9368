package dev.slipway.image.tar;

import java.util.Arrays;

/// One 512-byte header block, read. POSIX.1-2024 pax, "ustar Interchange Format"; GNU tar manual,
/// "Basic Tar Format".
final class TarHeader {
    static final int BLOCK = 512;

    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;
    private static final int GNU_SPARSE = 386;
    private static final int GNU_EXTENDED = 482;
    private static final int GNU_REAL_SIZE = 483;
    private static final int SPARSE_IN_HEADER = 4;
    private static final int SPARSE_IN_EXTENSION = 21;
    private static final int SPARSE_EXTENSION_MORE = 504;

    /// Which dialect's fields follow the magic.
    private enum Dialect {
        V7,
        USTAR,
        STAR,
        GNU
    }

    private final byte[] block;
    private final long offset;
    private final Dialect dialect;

    /// Takes the block as it is: no copy, so it must not change while this is used.
    ///
    /// @param offset of the block in the archive, for errors
    /// @throws TarException if the checksum does not hold
    TarHeader(byte[] block, long offset) throws TarException {
        this.block = block;
        this.offset = offset;
        verifyChecksum();
        dialect = dialect();
    }

    static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    long offset() {
        return offset;
    }

    /// The type flag; `'0'` for the older NUL.
    char type() {
        return block[TYPE] == 0 ? '0' : (char) (block[TYPE] & 0xff);
    }

    /// The name with its prefix, one char per byte.
    String name() {
        String name = text(0, 100);
        String prefix =
                switch (dialect) {
                    case USTAR -> text(PREFIX, 155);
                    case STAR -> text(PREFIX, 131);
                    case V7, GNU -> "";
                };
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    String linkName() {
        return text(157, 100);
    }

    long mode() throws TarException {
        return number(100, 8, "mode");
    }

    long uid() throws TarException {
        return number(108, 8, "uid");
    }

    long gid() throws TarException {
        return number(116, 8, "gid");
    }

    long size() throws TarException {
        return number(124, 12, "size");
    }

    long mtime() throws TarException {
        return number(136, 12, "mtime");
    }

    long deviceMajor() throws TarException {
        return dialect == Dialect.V7 ? 0 : number(329, 8, "major device number");
    }

    long deviceMinor() throws TarException {
        return dialect == Dialect.V7 ? 0 : number(337, 8, "minor device number");
    }

    /// The size of an old GNU sparse file, holes included.
    long gnuRealSize() throws TarException {
        return number(GNU_REAL_SIZE, 12, "real size");
    }

    /// Adds the regions an old GNU sparse header holds; true if extension blocks follow.
    boolean addGnuRegions(SparseMap.Builder map) throws TarException {
        addRegions(map, GNU_SPARSE, SPARSE_IN_HEADER);
        return block[GNU_EXTENDED] != 0;
    }

    /// Adds the regions of an extension block, which has no checksum of its own; true if another
    /// follows.
    static boolean addExtension(byte[] block, long offset, SparseMap.Builder map)
            throws TarException {
        for (int i = 0; i < SPARSE_IN_EXTENSION; i++) {
            addRegion(block, offset, map, i * 24);
        }
        return block[SPARSE_EXTENSION_MORE] != 0;
    }

    private void addRegions(SparseMap.Builder map, int at, int count) throws TarException {
        for (int i = 0; i < count; i++) {
            addRegion(block, offset, map, at + i * 24);
        }
    }

    private static void addRegion(byte[] block, long offset, SparseMap.Builder map, int at)
            throws TarException {
        if (block[at] != 0 || block[at + 12] != 0) { // an unused slot is all NUL
            long start = TarNumbers.parse(block, at, 12, offset, "sparse offset");
            map.add(start, TarNumbers.parse(block, at + 12, 12, offset, "sparse length"));
        }
    }

    private long number(int at, int length, String field) throws TarException {
        return TarNumbers.parse(block, at, length, offset, field);
    }

    private String text(int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return latin1(block, at, end - at);
    }

    static String latin1(byte[] bytes, int at, int length) {
        return new String(bytes, at, length, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private Dialect dialect() {
        if (matches(MAGIC, "ustar\0")) {
            return matches(508, "tar\0") ? Dialect.STAR : Dialect.USTAR;
        }
        return matches(MAGIC, "ustar  \0") ? Dialect.GNU : Dialect.V7;
    }

    private boolean matches(int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (block[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void verifyChecksum() throws TarException {
        long expected;
        try {
            expected = TarNumbers.parse(block, CHECKSUM, 8, offset, "checksum");
        } catch (TarException e) {
            throw new TarException(
                    offset,
                    "this is no tar "
                            + (offset == 0 ? "archive" : "header")
                            + ": its checksum is no number");
        }
        long unsigned = 0;
        long signed = 0; // as some early implementations summed
        byte[] spaces = new byte[8];
        Arrays.fill(spaces, (byte) ' ');
        for (int i = 0; i < BLOCK; i++) {
            byte b = i >= CHECKSUM && i < CHECKSUM + 8 ? spaces[0] : block[i];
            unsigned += b & 0xff;
            signed += b;
        }
        if (expected != unsigned && expected != signed) {
            throw new TarException(
                    offset,
                    (offset == 0 ? "this is no tar archive: " : "")
                            + "header checksum is "
                            + expected
                            + ", but the block sums to "
                            + unsigned);
        }
    }
}
