package dev.slipway.image;

import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// What a layer holds, without its content: every file, whiteout and opaque directory, in tree
/// order (a directory directly before what it holds, names bytewise), and where in the tar each
/// content starts.
///
/// This is a layer's meaning: names are cleaned, links in the way of a path followed inside the
/// layer, the last of several entries for one place has won. Trees are unpacked and views merged
/// from it, never from the tar's own order. Directories that the tar does not mention, though it
/// has something beneath them, are in it as *implied*: they exist, but say nothing of mode or
/// owner.
///
/// Kept as the bytes of a file ([LayerIndexWriter] has the format); only the paths are decoded when
/// it is opened, the rest when asked for. Immutable.
public final class LayerIndex {
    static final int MAGIC = 0x534c4958; // SLIX
    static final int VERSION = 1;
    static final int HEADER_BYTES = 12;
    static final int CHECKSUM_BYTES = 4;

    static final int KIND = 0x07;
    static final int IMPLIED = 0;
    static final int WHITEOUT = 1;
    static final int REGULAR = 2;
    static final int DIRECTORY = 3;
    static final int SYMLINK = 4;
    static final int CHARACTER_DEVICE = 5;
    static final int BLOCK_DEVICE = 6;
    static final int FIFO = 7;

    static final int OPAQUE = 0x08;
    static final int SPARSE = 0x10;

    /// Another name of an earlier record's file.
    static final int SECONDARY = 0x20;

    /// A file that has further names.
    static final int LINKED = 0x40;

    static final int XATTRS = 0x80;

    private final byte[] bytes;
    private final int length;
    private final String[] paths;
    private final int[] starts;
    private final int[] bodies;
    private final int[] ends;

    /// @param bytes the file, of which `length` count
    /// @param starts where each record begins
    /// @param bodies where each record's flags stand
    LayerIndex(byte[] bytes, int length, String[] paths, int[] starts, int[] bodies) {
        this.bytes = bytes;
        this.length = length;
        this.paths = paths;
        this.starts = starts;
        this.bodies = bodies;
        this.ends = subtreeEnds(paths);
    }

    /// @throws IOException if the bytes are not whole
    static LayerIndex decode(byte[] bytes) throws IOException {
        int body = bytes.length - CHECKSUM_BYTES;
        ByteCursor in = new ByteCursor(bytes, 0);
        if (body < HEADER_BYTES || in.int32() != MAGIC || in.int32() != VERSION) {
            throw new IOException("not a layer index of this version");
        }
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, body);
        if (new ByteCursor(bytes, body).int32() != (int) checksum.getValue()) {
            throw new IOException("a layer index fails its checksum");
        }
        int count = in.int32();
        String[] paths = new String[count];
        int[] starts = new int[count];
        int[] bodies = new int[count];
        String previous = "";
        for (int i = 0; i < count; i++) {
            starts[i] = in.position();
            int shared = in.varint32();
            String suffix = in.text(in.varint32());
            previous = shared == 0 ? suffix : previous.substring(0, shared).concat(suffix);
            paths[i] = previous;
            int bodyLength = in.varint32();
            bodies[i] = in.position();
            in.skip(bodyLength);
        }
        return new LayerIndex(bytes, bytes.length, paths, starts, bodies);
    }

    byte[] encoded() {
        return java.util.Arrays.copyOf(bytes, length);
    }

    /// What the layer changes, in tree order. Decoded as it is read.
    public List<LayerChange> changes() {
        List<LayerChange> changes = new ArrayList<>(paths.length);
        for (int i = 0; i < paths.length; i++) {
            if (isWhiteout(i)) {
                changes.add(new LayerChange.Remove(path(i)));
            } else if (!isImplied(i)) {
                changes.add(new LayerChange.Put(entry(i)));
            }
            if (isOpaque(i)) {
                changes.add(new LayerChange.Hide(path(i)));
            }
        }
        return changes;
    }

    /// The files the layer puts, in tree order, whatever it removes. Decoded as they are read.
    public List<FileEntry> entries() {
        int[] files = new int[paths.length];
        int count = 0;
        for (int i = 0; i < paths.length; i++) {
            if (!isImplied(i) && !isWhiteout(i)) {
                files[count++] = i;
            }
        }
        int size = count;
        return new AbstractList<>() {
            @Override
            public FileEntry get(int index) {
                return entry(files[java.util.Objects.checkIndex(index, size)]);
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /// The number of records, implied directories and whiteouts included. Record 0 is the root.
    int count() {
        return paths.length;
    }

    /// The record of `path`; -1 if there is none.
    int find(String path) {
        int low = 0;
        int high = paths.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compareTree(paths[middle], path);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    String latin1(int record) {
        return paths[record];
    }

    RawPath path(int record) {
        return RawPath.ofLatin1(paths[record]);
    }

    /// The record behind the last one beneath `record`.
    int end(int record) {
        return ends[record];
    }

    int flags(int record) {
        return bytes[bodies[record]] & 0xff;
    }

    boolean isWhiteout(int record) {
        return (flags(record) & KIND) == WHITEOUT;
    }

    boolean isImplied(int record) {
        return (flags(record) & KIND) == IMPLIED;
    }

    boolean isDirectory(int record) {
        int kind = flags(record) & KIND;
        return kind == DIRECTORY || kind == IMPLIED;
    }

    boolean isRegular(int record) {
        return (flags(record) & KIND) == REGULAR;
    }

    boolean isOpaque(int record) {
        return (flags(record) & OPAQUE) != 0;
    }

    boolean isSparse(int record) {
        return (flags(first(record)) & SPARSE) != 0;
    }

    /// The first record of the same file: itself, unless it is another name.
    int first(int record) {
        if ((flags(record) & SECONDARY) == 0) {
            return record;
        }
        return new ByteCursor(bytes, bodies[record] + 1).varint32();
    }

    /// Where the content of a regular file starts in the tar; if it [#isSparse], its header.
    long dataOffset(int record) {
        ByteCursor in = attributes(record);
        in.varint64();
        return in.varint64();
    }

    /// The size of a regular file, without decoding all of its entry.
    long size(int record) {
        return attributes(record).varint64();
    }

    /// A cursor behind mode, owner and time.
    private ByteCursor attributes(int record) {
        ByteCursor in = new ByteCursor(bytes, bodies[first(record)] + 1);
        for (int i = 0; i < 5; i++) {
            in.varint64();
        }
        return in;
    }

    /// The bytes of all records, not to be written to.
    byte[] array() {
        return bytes;
    }

    /// Where a record begins, with its path.
    int start(int record) {
        return starts[record];
    }

    int bodyStart(int record) {
        return bodies[record];
    }

    /// Where the record after begins, or the checksum.
    int behind(int record) {
        return record + 1 < starts.length ? starts[record + 1] : length - CHECKSUM_BYTES;
    }

    /// Whether a record has the mode, owner and time of `entry`, and neither has extended
    /// attributes.
    boolean hasPlainAttributes(int record, FileEntry entry) {
        int first = first(record);
        if ((flags(first) & XATTRS) != 0 || !entry.xattrs().isEmpty()) {
            return false;
        }
        ByteCursor in = new ByteCursor(bytes, bodies[first] + 1);
        return in.varint32() == entry.mode()
                && (int) in.varint64() == entry.uid()
                && (int) in.varint64() == entry.gid()
                && in.zigzag64() == entry.mtime().seconds()
                && in.varint32() == entry.mtime().nanos();
    }

    /// The file of a record that is neither a whiteout nor implied.
    FileEntry entry(int record) {
        int first = first(record);
        int flags = flags(first);
        ByteCursor in = new ByteCursor(bytes, bodies[first] + 1);
        int mode = in.varint32();
        int uid = (int) in.varint64();
        int gid = (int) in.varint64();
        long seconds = in.zigzag64();
        Timespec mtime = new Timespec(seconds, in.varint32());
        FileType type = type(flags & KIND);
        long size = 0;
        RawPath target = null;
        int major = 0;
        int minor = 0;
        switch (type) {
            case REGULAR -> {
                size = in.varint64();
                in.varint64();
            }
            case SYMLINK -> target = RawPath.ofLatin1(in.text(in.varint32()));
            case CHARACTER_DEVICE, BLOCK_DEVICE -> {
                major = in.varint32();
                minor = in.varint32();
            }
            case DIRECTORY, FIFO, SOCKET -> {}
        }
        SortedMap<String, byte[]> xattrs = Collections.emptySortedMap();
        if ((flags & XATTRS) != 0) {
            xattrs = new TreeMap<>();
            for (int left = in.varint32(); left > 0; left--) {
                String name = in.text(in.varint32());
                xattrs.put(name, in.bytes(in.varint32()));
            }
        }
        long group = (flags & LINKED) == 0 ? 0 : first;
        return new FileEntry(
                path(record),
                type,
                mode,
                uid,
                gid,
                size,
                mtime,
                target,
                major,
                minor,
                xattrs,
                group);
    }

    static FileType type(int kind) {
        return switch (kind) {
            case REGULAR -> FileType.REGULAR;
            case DIRECTORY -> FileType.DIRECTORY;
            case SYMLINK -> FileType.SYMLINK;
            case CHARACTER_DEVICE -> FileType.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> FileType.BLOCK_DEVICE;
            case FIFO -> FileType.FIFO;
            default -> throw new IllegalArgumentException("record kind " + kind + " has no entry");
        };
    }

    /// [RawPath#compareTree], on paths of one char per byte.
    static int compareTree(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return Integer.compare(x == '/' ? -1 : x, y == '/' ? -1 : y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    static boolean isBelow(String path, String directory) {
        int length = directory.length();
        return length == 0
                ? !path.isEmpty()
                : path.length() > length
                        && path.charAt(length) == '/'
                        && path.startsWith(directory);
    }

    private static int[] subtreeEnds(String[] paths) {
        int[] ends = new int[paths.length];
        int[] open = new int[16];
        int depth = 0;
        for (int i = 0; i < paths.length; i++) {
            while (depth > 0 && !isBelow(paths[i], paths[open[depth - 1]])) {
                ends[open[--depth]] = i;
            }
            if (depth == open.length) {
                open = java.util.Arrays.copyOf(open, depth * 2);
            }
            open[depth++] = i;
        }
        while (depth > 0) {
            ends[open[--depth]] = paths.length;
        }
        return ends;
    }

    /// The entry of `path`; null if the layer puts none there.
    @Nullable FileEntry entryAt(RawPath path) {
        int record = find(path.latin1());
        return record < 0 || isWhiteout(record) || isImplied(record) ? null : entry(record);
    }
}
