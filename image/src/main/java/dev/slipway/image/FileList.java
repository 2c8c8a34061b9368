package dev.slipway.image;

import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Plain files in tree order, with the digests of their contents, as a column for each fact rather
/// than an object for each file: going through 20 000 of them makes no garbage.
///
/// Plain are regular files of one name, directories and symbolic links, without extended
/// attributes. A list made from another by [#in], [#ownedBy], [#withModes] or [#notAfter] shares
/// its columns. Immutable.
public final class FileList {
    private static final int DIGEST_BYTES = 32;
    private static final int NUMBERS_BYTES = 5 * Integer.BYTES + 2 * Long.BYTES;

    /// What [LayerIndex] has for the three kinds of files.
    private static final byte REGULAR = LayerIndex.REGULAR;

    private static final byte DIRECTORY = LayerIndex.DIRECTORY;
    private static final byte SYMLINK = LayerIndex.SYMLINK;

    private final int count;
    private final String directory; // of all paths; with a slash at its end unless empty
    private final String[] paths;
    private final byte[] kinds;
    private final int[] modes;
    private final int[] uids;
    private final int[] gids;
    private final long[] sizes;
    private final long[] seconds;
    private final int[] nanos;
    private final byte[] digests;
    private final String[] targets; // of links; else empty

    private FileList(
            int count,
            String directory,
            String[] paths,
            byte[] kinds,
            int[] modes,
            int[] uids,
            int[] gids,
            long[] sizes,
            long[] seconds,
            int[] nanos,
            byte[] digests,
            String[] targets) {
        this.count = count;
        this.directory = directory;
        this.paths = paths;
        this.kinds = kinds;
        this.modes = modes;
        this.uids = uids;
        this.gids = gids;
        this.sizes = sizes;
        this.seconds = seconds;
        this.nanos = nanos;
        this.digests = digests;
        this.targets = targets;
    }

    /// What a mode becomes.
    public interface ModeChange {
        int apply(int mode, boolean directory);
    }

    public int count() {
        return count;
    }

    /// The path, one char per byte.
    public String latin1(int file) {
        return directory.isEmpty() ? paths[file] : directory.concat(paths[file]);
    }

    public FileType type(int file) {
        return switch (kinds[file]) {
            case REGULAR -> FileType.REGULAR;
            case DIRECTORY -> FileType.DIRECTORY;
            default -> FileType.SYMLINK;
        };
    }

    public boolean isRegular(int file) {
        return kinds[file] == REGULAR;
    }

    public boolean isDirectory(int file) {
        return kinds[file] == DIRECTORY;
    }

    /// The low twelve bits.
    public int mode(int file) {
        return modes[file];
    }

    /// Unsigned, though held in an int.
    public int uid(int file) {
        return uids[file];
    }

    /// Unsigned, though held in an int.
    public int gid(int file) {
        return gids[file];
    }

    /// Bytes of content; 0 for all but regular files.
    public long size(int file) {
        return sizes[file];
    }

    public Timespec mtime(int file) {
        return new Timespec(seconds[file], nanos[file]);
    }

    /// Where a symbolic link points, one char per byte; empty for everything else.
    public String target(int file) {
        return targets[file];
    }

    /// Copies the SHA-256 of a regular file's content into `to`.
    public void digest(int file, byte[] to, int at) {
        System.arraycopy(digests, file * DIGEST_BYTES, to, at, DIGEST_BYTES);
    }

    /// The SHA-256 of a regular file's content.
    public byte[] digest(int file) {
        byte[] digest = new byte[DIGEST_BYTES];
        digest(file, digest, 0);
        return digest;
    }

    public FileEntry entry(int file) {
        boolean link = kinds[file] == SYMLINK;
        return new FileEntry(
                RawPath.ofLatin1(latin1(file)),
                type(file),
                modes[file],
                uids[file],
                gids[file],
                sizes[file],
                mtime(file),
                link ? RawPath.ofLatin1(targets[file]) : null,
                0,
                0,
                java.util.Collections.emptySortedMap(),
                0);
    }

    /// The first file that does not come before `path` in tree order, which may be [#count].
    public int from(String path) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (LayerIndex.compareTree(latin1(middle), path) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The file at `path`; -1 if there is none.
    public int find(String path) {
        int file = from(path);
        return file < count && latin1(file).equals(path) ? file : -1;
    }

    /// The file behind all beneath `directory`, from file `start` on, where these begin.
    public int end(String directory, int start) {
        int low = start;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (LayerIndex.isBelow(latin1(middle), directory)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// The same files, in `place`.
    public FileList in(RawPath place) {
        String now = place.isRoot() ? directory : place.latin1() + "/" + directory;
        return new FileList(
                count, now, paths, kinds, modes, uids, gids, sizes, seconds, nanos, digests,
                targets);
    }

    /// The same files, all of one owner.
    public FileList ownedBy(int uid, int gid) {
        int[] users = new int[count];
        int[] groups = new int[count];
        Arrays.fill(users, uid);
        Arrays.fill(groups, gid);
        return new FileList(
                count, directory, paths, kinds, modes, users, groups, sizes, seconds, nanos,
                digests, targets);
    }

    /// The same files with other modes, but for links, which have none.
    public FileList withModes(ModeChange change) {
        int[] changed = modes.clone();
        for (int i = 0; i < count; i++) {
            if (kinds[i] != SYMLINK) {
                changed[i] = change.apply(changed[i], kinds[i] == DIRECTORY);
            }
        }
        return new FileList(
                count, directory, paths, kinds, changed, uids, gids, sizes, seconds, nanos, digests,
                targets);
    }

    /// The same files, with none's time after `latest`.
    public FileList notAfter(Timespec latest) {
        long[] clamped = seconds.clone();
        int[] fractions = nanos.clone();
        for (int i = 0; i < count; i++) {
            if (clamped[i] > latest.seconds()
                    || (clamped[i] == latest.seconds() && fractions[i] > latest.nanos())) {
                clamped[i] = latest.seconds();
                fractions[i] = latest.nanos();
            }
        }
        return new FileList(
                count, directory, paths, kinds, modes, uids, gids, sizes, clamped, fractions,
                digests, targets);
    }

    /// Whether a record of a layer has this path and kind.
    boolean isAt(int file, LayerIndex index, int record) {
        String path = index.latin1(record);
        return index.flags(record) == kinds[file]
                && path.length() == directory.length() + paths[file].length()
                && path.endsWith(paths[file])
                && path.startsWith(directory);
    }

    /// Whether the body of a record of this kind, behind its flags, says what is said here. If so,
    /// `in` is left at what no file has by itself: the data offset.
    boolean hasAttributes(int file, ByteCursor in) {
        boolean same =
                in.varint32() == modes[file]
                        && (int) in.varint64() == uids[file]
                        && (int) in.varint64() == gids[file]
                        && in.zigzag64() == seconds[file]
                        && in.varint32() == nanos[file];
        byte kind = kinds[file];
        if (!same || kind == DIRECTORY) {
            return same;
        }
        return kind == REGULAR
                ? in.varint64() == sizes[file]
                : in.text(in.varint32()).equals(targets[file]);
    }

    /// Whether the content of a regular file has the digest that `known` has for a record.
    boolean hasContent(int file, ContentDigests known, int record) {
        return known.is(record, digests, file * DIGEST_BYTES);
    }

    /// The list, without the place it is in, as [#read] takes it.
    public byte[] toBytes() {
        int text = 0;
        for (int i = 0; i < count; i++) {
            text += paths[i].length() + targets[i].length();
        }
        int length = 2 * Integer.BYTES + count * (NUMBERS_BYTES + 1 + 4 + DIGEST_BYTES) + text;
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(count).putInt(text);
        int[] lengths = new int[count];
        int[] targetLengths = new int[count];
        for (int i = 0; i < count; i++) {
            lengths[i] = paths[i].length();
            targetLengths[i] = targets[i].length();
        }
        bytes.asLongBuffer().put(sizes, 0, count).put(seconds, 0, count);
        bytes.position(bytes.position() + 2 * Long.BYTES * count);
        ints(bytes, lengths);
        ints(bytes, targetLengths);
        ints(bytes, modes);
        ints(bytes, uids);
        ints(bytes, gids);
        ints(bytes, nanos);
        bytes.put(kinds, 0, count).put(digests, 0, count * DIGEST_BYTES);
        byte[] to = bytes.array();
        int at = bytes.position();
        for (int i = 0; i < count; i++) {
            at = text(paths[i], to, at);
            at = text(targets[i], to, at);
        }
        return to;
    }

    private void ints(ByteBuffer bytes, int[] column) {
        bytes.asIntBuffer().put(column, 0, count);
        bytes.position(bytes.position() + Integer.BYTES * count);
    }

    private static int text(String latin1, byte[] to, int at) {
        int length = latin1.length();
        if (length > 0) {
            byte[] text = latin1.getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(text, 0, to, at, length);
        }
        return at + length;
    }

    /// Reads what [#toBytes] gave, in bytes that have passed a checksum.
    ///
    /// @throws IOException if they are no list
    public static FileList read(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, length).order(ByteOrder.LITTLE_ENDIAN);
        int count = length < 2 * Integer.BYTES ? -1 : in.getInt();
        int text = count < 0 ? 0 : in.getInt();
        long wanted = (long) count * (NUMBERS_BYTES + 1 + 4 + DIGEST_BYTES) + text;
        if (count < 0 || text < 0 || wanted != in.remaining()) {
            throw new IOException("not a list of files");
        }
        long[] sizes = new long[count];
        long[] seconds = new long[count];
        in.asLongBuffer().get(sizes).get(seconds);
        in.position(in.position() + 2 * Long.BYTES * count);
        int[] lengths = ints(in, count);
        int[] targetLengths = ints(in, count);
        int[] modes = ints(in, count);
        int[] uids = ints(in, count);
        int[] gids = ints(in, count);
        int[] nanos = ints(in, count);
        byte[] kinds = new byte[count];
        byte[] digests = new byte[count * DIGEST_BYTES];
        in.get(kinds).get(digests);
        String[] paths = new String[count];
        String[] targets = new String[count];
        int at = in.position();
        for (int i = 0; i < count; i++) {
            paths[i] = new String(bytes, at, lengths[i], StandardCharsets.ISO_8859_1);
            at += lengths[i];
            int target = targetLengths[i];
            targets[i] =
                    target == 0 ? "" : new String(bytes, at, target, StandardCharsets.ISO_8859_1);
            at += target;
        }
        return new FileList(
                count, "", paths, kinds, modes, uids, gids, sizes, seconds, nanos, digests,
                targets);
    }

    private static int[] ints(ByteBuffer in, int count) {
        int[] column = new int[count];
        in.asIntBuffer().get(column);
        in.position(in.position() + Integer.BYTES * count);
        return column;
    }

    /// Puts a list together, in tree order.
    public static final class Builder {
        private int count;
        private String[] paths;
        private byte[] kinds;
        private int[] modes;
        private int[] uids;
        private int[] gids;
        private long[] sizes;
        private long[] seconds;
        private int[] nanos;
        private byte[] digests;
        private String[] targets;

        /// @param expected how many files it will hold, more or less
        public Builder(int expected) {
            int room = Math.max(16, expected);
            paths = new String[room];
            kinds = new byte[room];
            modes = new int[room];
            uids = new int[room];
            gids = new int[room];
            sizes = new long[room];
            seconds = new long[room];
            nanos = new int[room];
            digests = new byte[room * DIGEST_BYTES];
            targets = new String[room];
        }

        /// Whether a list may hold such a file.
        public static boolean isPlain(FileEntry entry) {
            FileType type = entry.type();
            return (type == FileType.REGULAR
                            || type == FileType.DIRECTORY
                            || type == FileType.SYMLINK)
                    && entry.xattrs().isEmpty()
                    && entry.hardlinkGroup() == 0;
        }

        /// Adds a file.
        ///
        /// @param sha256 of a regular file's content, else null
        /// @throws IllegalArgumentException if it is not plain, or out of order
        public void add(RawPath path, FileEntry entry, byte @Nullable [] sha256) {
            if (!isPlain(entry) || entry.isRegular() != (sha256 != null)) {
                throw new IllegalArgumentException(path + " is no plain file");
            }
            ensureOrder(path.latin1());
            makeRoom(1);
            RawPath target = entry.linkTarget();
            paths[count] = path.latin1();
            kinds[count] = target != null ? SYMLINK : sha256 == null ? DIRECTORY : REGULAR;
            modes[count] = entry.mode();
            uids[count] = entry.uid();
            gids[count] = entry.gid();
            sizes[count] = entry.size();
            seconds[count] = entry.mtime().seconds();
            nanos[count] = entry.mtime().nanos();
            targets[count] = target == null ? "" : target.latin1();
            if (sha256 != null) {
                System.arraycopy(sha256, 0, digests, count * DIGEST_BYTES, DIGEST_BYTES);
            }
            count++;
        }

        /// Adds the files of another list, which is in no directory, from `start` to before `end`.
        ///
        /// @throws IllegalArgumentException if they are out of order
        public void addAll(FileList other, int start, int end) {
            int more = end - start;
            if (more == 0) {
                return;
            }
            ensureOrder(other.paths[start]);
            makeRoom(more);
            System.arraycopy(other.paths, start, paths, count, more);
            System.arraycopy(other.kinds, start, kinds, count, more);
            System.arraycopy(other.modes, start, modes, count, more);
            System.arraycopy(other.uids, start, uids, count, more);
            System.arraycopy(other.gids, start, gids, count, more);
            System.arraycopy(other.sizes, start, sizes, count, more);
            System.arraycopy(other.seconds, start, seconds, count, more);
            System.arraycopy(other.nanos, start, nanos, count, more);
            System.arraycopy(other.targets, start, targets, count, more);
            System.arraycopy(
                    other.digests,
                    start * DIGEST_BYTES,
                    digests,
                    count * DIGEST_BYTES,
                    more * DIGEST_BYTES);
            count += more;
        }

        private void ensureOrder(String path) {
            if (count > 0 && LayerIndex.compareTree(paths[count - 1], path) >= 0) {
                throw new IllegalArgumentException(path + " is out of order");
            }
        }

        private void makeRoom(int more) {
            if (count + more <= paths.length) {
                return;
            }
            int room = Math.max(count + more, paths.length * 2);
            paths = Arrays.copyOf(paths, room);
            kinds = Arrays.copyOf(kinds, room);
            modes = Arrays.copyOf(modes, room);
            uids = Arrays.copyOf(uids, room);
            gids = Arrays.copyOf(gids, room);
            sizes = Arrays.copyOf(sizes, room);
            seconds = Arrays.copyOf(seconds, room);
            nanos = Arrays.copyOf(nanos, room);
            digests = Arrays.copyOf(digests, room * DIGEST_BYTES);
            targets = Arrays.copyOf(targets, room);
        }

        /// The list. Nothing may be added after.
        public FileList build() {
            return new FileList(
                    count, "", paths, kinds, modes, uids, gids, sizes, seconds, nanos, digests,
                    targets);
        }
    }
}
