package dev.slipway.image;

import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/// Makes a [LayerIndex] from records in tree order. Implied directories come of themselves.
///
/// The file: magic, version and record count (32 bits each, big-endian); the records; a CRC-32C of
/// all before it. A record: the number of bytes its path shares with the one before, the length of
/// the rest and the rest; the length of its body; its body. A body: flags; of another name of a
/// file, that file's record, and no more; else of an entry mode, uid, gid, seconds (zigzag),
/// nanoseconds; size and data offset, or link target, or device numbers; extended attributes.
/// Numbers are seven bits a byte, lowest first.
final class LayerIndexWriter {
    private final List<String> paths = new ArrayList<>();
    private final ByteSink out = new ByteSink();
    private final ByteSink body = new ByteSink();
    private int[] starts = new int[64];
    private int[] bodies = new int[64];

    LayerIndexWriter() {
        out.int32(LayerIndex.MAGIC);
        out.int32(LayerIndex.VERSION);
        out.int32(0); // the count, patched in at the end
    }

    int count() {
        return paths.size();
    }

    /// Adds a file. A directory already implied cannot follow, since it comes before what it holds.
    ///
    /// @param dataOffset as [LayerIndex#dataOffset]
    int put(FileEntry entry, long dataOffset, boolean sparse) {
        int flags = kind(entry.type());
        flags |= sparse ? LayerIndex.SPARSE : 0;
        flags |= entry.xattrs().isEmpty() ? 0 : LayerIndex.XATTRS;
        String path = entry.path().latin1();
        addParents(path);
        body.clear();
        body.int8(flags);
        body.varint(entry.mode());
        body.varint(entry.uid() & 0xffff_ffffL);
        body.varint(entry.gid() & 0xffff_ffffL);
        body.zigzag(entry.mtime().seconds());
        body.varint(entry.mtime().nanos());
        RawPath target = entry.linkTarget();
        if (entry.isRegular()) {
            body.varint(entry.size());
            body.varint(dataOffset);
        } else if (target != null) {
            body.text(target.latin1());
        } else if (entry.type() == FileType.CHARACTER_DEVICE
                || entry.type() == FileType.BLOCK_DEVICE) {
            body.varint(entry.deviceMajor());
            body.varint(entry.deviceMinor());
        }
        if (!entry.xattrs().isEmpty()) {
            body.varint(entry.xattrs().size());
            for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
                body.text(xattr.getKey());
                body.varint(xattr.getValue().length);
                body.raw(xattr.getValue(), 0, xattr.getValue().length);
            }
        }
        return append(path);
    }

    /// Adds what `like` has in `record`, a plain file.
    ///
    /// @param headLength how much of its body comes before the data offset
    /// @param dataOffset as [LayerIndex#dataOffset]; of no meaning unless the file is regular
    /// @param follows whether the record before it there was added just now
    int putLike(LayerIndex like, int record, int headLength, long dataOffset, boolean follows) {
        String path = like.latin1(record);
        int start = like.bodyStart(record);
        if (!follows) {
            addParents(path);
        }
        body.clear();
        body.raw(like.array(), start, headLength);
        if (like.isRegular(record)) {
            body.varint(dataOffset);
        }
        if (!follows) {
            return append(path);
        }
        // What a path shares with the one before is the same here as there.
        int lengthBytes = varintLength(like.behind(record) - start);
        makeRoom();
        starts[count()] = out.length();
        out.raw(like.array(), like.start(record), start - lengthBytes - like.start(record));
        out.varint(body.length());
        bodies[count()] = out.length();
        out.raw(body.array(), 0, body.length());
        paths.add(path);
        return count() - 1;
    }

    private static int varintLength(int value) {
        int length = 1;
        for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
            length++;
        }
        return length;
    }

    /// Adds another name of the file in record `first`.
    int putLink(RawPath path, int first) {
        int flags = out.at(bodies[first]);
        out.patch(bodies[first], flags | LayerIndex.LINKED);
        addParents(path.latin1());
        body.clear();
        body.int8((flags & LayerIndex.KIND) | LayerIndex.SECONDARY | LayerIndex.LINKED);
        body.varint(first);
        return append(path.latin1());
    }

    void whiteout(RawPath path) {
        addParents(path.latin1());
        body.clear();
        body.int8(LayerIndex.WHITEOUT);
        append(path.latin1());
    }

    /// Adds a directory that is there, but of which nothing is said.
    void implied(RawPath directory) {
        addParents(directory.latin1());
        if (paths.isEmpty() || !paths.getLast().equals(directory.latin1())) {
            body.clear();
            body.int8(LayerIndex.IMPLIED);
            append(directory.latin1());
        }
    }

    /// Makes the directory in the last record opaque.
    void opaqueLast() {
        int at = bodies[count() - 1];
        out.patch(at, out.at(at) | LayerIndex.OPAQUE);
    }

    /// The record of `path`; -1 if there is none.
    int find(RawPath path) {
        int low = 0;
        int high = paths.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = LayerIndex.compareTree(paths.get(middle), path.latin1());
            if (order == 0) {
                return middle;
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return -1;
    }

    /// The record of the file at `path`, the first if it has several names; -1 if there is none.
    int findFile(RawPath path) {
        int record = find(path);
        if (record < 0
                || (flags(record) & LayerIndex.KIND) <= LayerIndex.WHITEOUT
                || (flags(record) & LayerIndex.KIND) == LayerIndex.DIRECTORY) {
            return -1;
        }
        boolean secondary = (flags(record) & LayerIndex.SECONDARY) != 0;
        return secondary ? new ByteCursor(out.array(), bodies[record] + 1).varint32() : record;
    }

    RawPath path(int record) {
        return RawPath.ofLatin1(paths.get(record));
    }

    int flags(int record) {
        return out.at(bodies[record]);
    }

    LayerIndex finish() {
        if (paths.isEmpty()) {
            implied(RawPath.ROOT);
        }
        out.patchInt32(8, count());
        CRC32C checksum = new CRC32C();
        checksum.update(out.array(), 0, out.length());
        out.int32((int) checksum.getValue());
        String[] names = paths.toArray(new String[0]);
        return new LayerIndex(
                out.array(),
                out.length(),
                names,
                Arrays.copyOf(starts, names.length),
                Arrays.copyOf(bodies, names.length));
    }

    /// Implies every directory on the way to `path` that is not yet there.
    private void addParents(String path) {
        if (path.isEmpty()) {
            return;
        }
        String last = paths.isEmpty() ? null : paths.getLast();
        if (last == null) {
            implied(RawPath.ROOT);
            last = "";
        }
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            String parent = path.substring(0, slash);
            boolean there =
                    last.startsWith(parent)
                            && (last.length() == slash || last.charAt(slash) == '/');
            if (!there) {
                body.clear();
                body.int8(LayerIndex.IMPLIED);
                append(parent);
                last = parent;
            }
        }
        int kind = flags(count() - 1) & LayerIndex.KIND;
        boolean holds = kind == LayerIndex.IMPLIED || kind == LayerIndex.DIRECTORY;
        if (!holds && LayerIndex.isBelow(path, last)) {
            throw new IllegalArgumentException(path + " lies below " + last + ", no directory");
        }
    }

    private int append(String path) {
        String last = paths.isEmpty() ? null : paths.getLast();
        if (last != null && LayerIndex.compareTree(last, path) >= 0) {
            throw new IllegalArgumentException(path + " follows " + last + " out of tree order");
        }
        int shared = last == null ? 0 : shared(last, path);
        makeRoom();
        starts[count()] = out.length();
        out.varint(shared);
        out.text(path.substring(shared));
        out.varint(body.length());
        bodies[count()] = out.length();
        out.raw(body.array(), 0, body.length());
        paths.add(path);
        return count() - 1;
    }

    private void makeRoom() {
        if (count() == bodies.length) {
            starts = Arrays.copyOf(starts, count() * 2);
            bodies = Arrays.copyOf(bodies, count() * 2);
        }
    }

    private static int shared(String a, String b) {
        int common = Math.min(a.length(), b.length());
        int i = 0;
        while (i < common && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    private static int kind(FileType type) {
        return switch (type) {
            case REGULAR -> LayerIndex.REGULAR;
            case DIRECTORY -> LayerIndex.DIRECTORY;
            case SYMLINK -> LayerIndex.SYMLINK;
            case CHARACTER_DEVICE -> LayerIndex.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> LayerIndex.BLOCK_DEVICE;
            case FIFO -> LayerIndex.FIFO;
            case SOCKET -> throw new IllegalArgumentException("a socket is never in a layer");
        };
    }

    /// Bytes that grow and may be patched.
    private static final class ByteSink {
        private byte[] bytes = new byte[1024];
        private int length;

        void clear() {
            length = 0;
        }

        int length() {
            return length;
        }

        byte[] array() {
            return bytes;
        }

        int at(int index) {
            return bytes[index] & 0xff;
        }

        void patch(int index, int value) {
            bytes[index] = (byte) value;
        }

        void patchInt32(int index, int value) {
            for (int i = 0; i < 4; i++) {
                bytes[index + i] = (byte) (value >>> (24 - 8 * i));
            }
        }

        void int8(int value) {
            ensure(1);
            bytes[length++] = (byte) value;
        }

        void int32(int value) {
            ensure(4);
            length += 4;
            patchInt32(length - 4, value);
        }

        void varint(long value) {
            ensure(10);
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                bytes[length++] = (byte) (rest | 0x80);
                rest >>>= 7;
            }
            bytes[length++] = (byte) rest;
        }

        void zigzag(long value) {
            varint((value << 1) ^ (value >> 63));
        }

        void text(String latin1) {
            varint(latin1.length());
            byte[] text = latin1.getBytes(StandardCharsets.ISO_8859_1);
            raw(text, 0, text.length);
        }

        void raw(byte[] from, int start, int count) {
            ensure(count);
            System.arraycopy(from, start, bytes, length, count);
            length += count;
        }

        private void ensure(int more) {
            if (bytes.length - length < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
            }
        }
    }
}
