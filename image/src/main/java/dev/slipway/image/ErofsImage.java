package dev.slipway.image;

import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Writes a layer's files as an EROFS image that holds no content: names, attributes, links, and of
/// each regular file where in the layer's tar its content lies. The tar is the image's extra
/// device. The format is the kernel's, `fs/erofs/erofs_fs.h` and
/// `Documentation/filesystems/erofs.rst`; tar has blocks of 512 bytes, so EROFS has here too.
///
/// What the kernel reads as a file system is written here, from a [LayerIndex], whose names are
/// cleaned and whose sizes are bounded. No byte of the archive is ever taken for metadata, so an
/// archive can no more attack the kernel's EROFS than a tree can its ext4.
///
/// The file: 2 KiB with superblock and device table; the inodes, each 64 bytes, its extended
/// attributes and, if all of it fits into one block, the link target or the directory; in blocks of
/// their own, the directories and link targets that did not fit. Always the same bytes for the same
/// layer.
final class ErofsImage {
    private static final int MAGIC = 0xe0f5e1e2;
    private static final int DEVICE_TABLE = 0x8; // feature_incompat
    private static final int BLOCK_BITS = 9;
    private static final int BLOCK = 1 << BLOCK_BITS;
    private static final int SUPERBLOCK_AT = 1024;
    private static final int DEVICE_SLOT_BYTES = 128;
    private static final int DEVICE_SLOT = 9; // behind the superblock, in slots
    private static final int HEAD_BYTES = 4 * BLOCK;
    private static final int INODE_BYTES = 64;
    private static final int NID_BYTES = 32; // what inode numbers count
    private static final int DIRENT_BYTES = 12;

    private static final int EXTENDED = 1;
    private static final int FLAT_PLAIN = EXTENDED;
    private static final int FLAT_INLINE = EXTENDED | 2 << 1;

    private static final int XATTR_HEADER_BYTES = 12;
    private static final int XATTR_ENTRY_BYTES = 4;
    private static final int MAX_XATTR_BYTES = 0xffff;
    private static final int MAX_NAME_BYTES = 255;
    private static final long MAX_BYTES = 1L << 30;
    private static final byte[] YES = {'y'};
    private static final FileEntry WHITEOUT =
            new FileEntry(
                    RawPath.ROOT,
                    FileType.CHARACTER_DEVICE,
                    0,
                    0,
                    0,
                    0,
                    Timespec.EPOCH,
                    null,
                    0,
                    0,
                    Collections.emptySortedMap(),
                    0);
    private static final String CAPABILITY = "security.capability";

    /// The names of extended attributes start with one of these; its number stands for it.
    private static final String[] PREFIXES = {"", "user.", "", "", "trusted.", "", "security."};

    private final LayerIndex index;
    private final long tarBytes;
    private final long tarBlocks;

    /// Of each record.
    private final int[] nids;

    private final int[] links;
    private final int[] parents;

    /// The size of a directory.
    private final int[] sizes;

    /// Where a directory or link target that is not with its inode starts, in blocks from the first
    /// of these; -1: it is.
    private final int[] apart;

    private long inodeBytes;
    private int inodes;
    private int blocksApart;

    private ErofsImage(LayerIndex index, long tarBytes) {
        this.index = index;
        this.tarBytes = tarBytes;
        this.tarBlocks = (tarBytes + BLOCK - 1) >> BLOCK_BITS;
        int count = index.count();
        this.nids = new int[count];
        this.links = new int[count];
        this.parents = new int[count];
        this.sizes = new int[count];
        this.apart = new int[count];
    }

    /// Lays out the image of a layer.
    ///
    /// @param tarBytes the size of the layer's tar
    /// @return null if EROFS, or this writer, cannot say what the layer says
    static @Nullable ErofsImage of(LayerIndex index, long tarBytes) throws IOException {
        ErofsImage image = new ErofsImage(index, tarBytes);
        return image.layOut() ? image : null;
    }

    private boolean layOut() throws IOException {
        for (int record = 0; record < index.count(); record++) {
            int first = index.first(record);
            links[first]++;
            if (first != record) {
                nids[record] = nids[first];
            } else if (!isSayable(record)) {
                return false;
            } else {
                place(record);
            }
            if (inodeBytes + ((long) blocksApart << BLOCK_BITS) > MAX_BYTES) {
                return false;
            }
        }
        return firstTarBlock() + tarBlocks < 0xffff_ffffL;
    }

    /// Sparse files have their content in pieces, and access control lists change modes when they
    /// are set; the rest is beyond the format, or refused by every file system.
    private boolean isSayable(int record) {
        String path = index.latin1(record);
        if (path.length() - path.lastIndexOf('/') - 1 > MAX_NAME_BYTES) {
            return false;
        }
        if (index.isWhiteout(record) || index.isImplied(record)) {
            return true;
        }
        FileEntry entry = index.entry(record);
        if (entry.isRegular() && entry.size() > 0) {
            long offset = index.dataOffset(record);
            long end = roundUp(offset + entry.size(), BLOCK); // the kernel reads whole blocks only
            if (index.isSparse(record) || offset % BLOCK != 0 || end > tarBytes) {
                return false;
            }
        }
        RawPath target = entry.linkTarget();
        return entry.uid() != -1
                && entry.gid() != -1
                && entry.deviceMajor() < 1 << 12
                && entry.deviceMinor() < 1 << 20
                && (target == null || target.latin1().length() > 0)
                && areSayable(entry.xattrs());
    }

    private static boolean areSayable(Map<String, byte[]> xattrs) {
        int bytes = XATTR_HEADER_BYTES;
        for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
            String name = xattr.getKey();
            byte[] value = xattr.getValue();
            boolean capability = name.equals(CAPABILITY);
            if (name.startsWith("system.")
                    || name.length() > MAX_NAME_BYTES
                    || value.length > MAX_XATTR_BYTES
                    || (capability && value.length != 20 && value.length != 24)) {
                return false;
            }
            bytes += XATTR_ENTRY_BYTES + name.length() + value.length + 3;
        }
        return bytes <= MAX_XATTR_BYTES;
    }

    private void place(int record) {
        long at = inodeBytes;
        int xattrs = xattrBytes(xattrs(record));
        int tail = 0;
        if (index.isDirectory(record)) {
            links[record]++; // `.`
            tail = sizes[record] = directoryBytes(record);
        } else if (isSymlink(record)) {
            tail = target(record).length();
        }
        apart[record] = -1;
        int whole = INODE_BYTES + xattrs + tail;
        if (tail > 0 && whole > BLOCK) {
            apart[record] = blocksApart;
            blocksApart += (tail + BLOCK - 1) >> BLOCK_BITS;
            whole -= tail;
        } else if (tail > 0 && (at & (BLOCK - 1)) + whole > BLOCK) {
            at = roundUp(at, BLOCK); // what is with its inode must not cross a block's end
        }
        nids[record] = (int) (at / NID_BYTES);
        inodeBytes = roundUp(at + whole, NID_BYTES);
        inodes++;
    }

    private int directoryBytes(int directory) {
        int whole = 0;
        int used = 0;
        for (int child : children(directory)) {
            if (child > directory && index.isDirectory(child)) {
                links[directory]++; // its `..`
            }
            if (child > directory) {
                parents[child] = directory;
            }
            int more = DIRENT_BYTES + name(directory, child).length();
            if (used + more > BLOCK) {
                whole += BLOCK;
                used = 0;
            }
            used += more;
        }
        return whole + used;
    }

    private static final int SELF = -1;
    private static final int PARENT = -2;

    /// The records in a directory, sorted by name bytewise, with [#SELF] and [#PARENT] among them.
    private int[] children(int directory) {
        int[] found = new int[16];
        int count = 0;
        int special = SELF;
        int end = index.end(directory);
        for (int child = directory + 1; child < end || special >= PARENT; ) {
            boolean isNext =
                    special >= PARENT
                            && (child >= end
                                    || name(directory, special).compareTo(name(directory, child))
                                            < 0);
            if (count == found.length) {
                found = Arrays.copyOf(found, count * 2);
            }
            found[count++] = isNext ? special-- : child;
            child = isNext ? child : index.end(child);
        }
        return Arrays.copyOf(found, count);
    }

    private String name(int directory, int child) {
        if (child < 0) {
            return child == SELF ? "." : "..";
        }
        int length = index.latin1(directory).length();
        return index.latin1(child).substring(length == 0 ? 0 : length + 1);
    }

    private boolean isSymlink(int record) {
        return (index.flags(record) & LayerIndex.KIND) == LayerIndex.SYMLINK;
    }

    private String target(int record) {
        RawPath target = index.entry(record).linkTarget();
        return target == null ? "" : target.latin1();
    }

    /// What the layer says, but for what a tree would not have either: attributes of a kind that no
    /// file system knows, and `user.*` of what is neither a file nor a directory, where the kernel
    /// allows none. The mark of opaque directories comes on top.
    private List<Map.Entry<String, byte[]>> xattrs(int record) {
        boolean opaque = index.isOpaque(record);
        boolean has = (index.flags(record) & LayerIndex.XATTRS) != 0;
        if (!opaque && !has) {
            return List.of();
        }
        List<Map.Entry<String, byte[]>> xattrs = new ArrayList<>();
        if (has) {
            FileEntry entry = index.entry(record);
            for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
                int prefix = prefix(xattr.getKey());
                boolean user = PREFIXES[prefix].equals("user.");
                if (prefix > 0 && (!user || entry.isRegular() || entry.isDirectory())) {
                    xattrs.add(xattr);
                }
            }
        }
        if (opaque) {
            xattrs.add(Map.entry(OverlayAttributes.TRUSTED_OPAQUE, YES));
        }
        return xattrs;
    }

    private static int prefix(String name) {
        for (int i = PREFIXES.length - 1; i > 0; i--) {
            String prefix = PREFIXES[i];
            if (!prefix.isEmpty() && name.startsWith(prefix) && name.length() > prefix.length()) {
                return i;
            }
        }
        return 0;
    }

    private static int xattrBytes(List<Map.Entry<String, byte[]>> xattrs) {
        if (xattrs.isEmpty()) {
            return 0;
        }
        int bytes = XATTR_HEADER_BYTES;
        for (Map.Entry<String, byte[]> xattr : xattrs) {
            String name = xattr.getKey();
            int suffix = name.length() - PREFIXES[prefix(name)].length();
            int entry = XATTR_ENTRY_BYTES + suffix + xattr.getValue().length;
            bytes += (int) roundUp(entry, XATTR_ENTRY_BYTES);
        }
        return bytes;
    }

    private long firstBlockApart() {
        return (HEAD_BYTES + inodeBytes + BLOCK - 1) >> BLOCK_BITS;
    }

    /// The number of the tar's first block among those of all devices: they follow the image's own.
    private long firstTarBlock() {
        return firstBlockApart() + blocksApart;
    }

    private static long roundUp(long value, int to) {
        return (value + to - 1) / to * to;
    }

    /// Writes the image.
    ///
    /// @param id the layer's; it becomes the file system's UUID and the device's tag
    void write(Digest id, OutputStream to) throws IOException {
        Bytes out = new Bytes(to);
        head(id, out);
        for (int record = 0; record < index.count(); record++) {
            if (index.first(record) == record) {
                out.zerosTo(HEAD_BYTES + (nids[record] & 0xffff_ffffL) * NID_BYTES);
                inode(record, out);
            }
        }
        out.zerosTo(firstBlockApart() << BLOCK_BITS);
        for (int record = 0; record < index.count(); record++) {
            if (index.first(record) == record && apart[record] >= 0) {
                out.zerosTo((firstBlockApart() + apart[record]) << BLOCK_BITS);
                tail(record, out);
            }
        }
        out.zerosTo(firstTarBlock() << BLOCK_BITS);
        out.flush();
    }

    /// `struct erofs_super_block` and one `struct erofs_deviceslot`.
    private void head(Digest id, Bytes out) throws IOException {
        out.zerosTo(SUPERBLOCK_AT);
        out.int32(MAGIC);
        out.int32(0); // checksum: not used
        out.int32(0); // feature_compat
        out.int8(BLOCK_BITS);
        out.int8(0);
        out.int16(nids[0]); // the root, which is the first
        out.int64(inodes);
        out.int64(0); // build_time
        out.int32(0);
        out.int32((int) firstTarBlock()); // blocks
        out.int32(HEAD_BYTES >> BLOCK_BITS); // meta_blkaddr
        out.int32(0); // xattr_blkaddr: none are shared
        byte[] hex = id.hex().getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 16; i++) {
            out.int8(Integer.parseInt(id.hex(), 2 * i, 2 * i + 2, 16));
        }
        out.zeros(16); // volume_name
        out.int32(DEVICE_TABLE);
        out.int16(0); // compression: none
        out.int16(1); // extra_devices
        out.int16(DEVICE_SLOT);
        out.zerosTo((long) DEVICE_SLOT * DEVICE_SLOT_BYTES);
        out.raw(hex, 0, Math.min(hex.length, 64));
        out.zerosTo((long) DEVICE_SLOT * DEVICE_SLOT_BYTES + 64);
        out.int32((int) tarBlocks);
        out.int32((int) firstTarBlock()); // mapped_blkaddr
        out.zerosTo(HEAD_BYTES);
    }

    /// `struct erofs_inode_extended`.
    private void inode(int record, Bytes out) throws IOException {
        FileEntry entry = entry(record);
        List<Map.Entry<String, byte[]>> xattrs = xattrs(record);
        long size = 0;
        long where = 0;
        boolean inline = false;
        if (index.isDirectory(record) || isSymlink(record)) {
            size = index.isDirectory(record) ? sizes[record] : target(record).length();
            inline = apart[record] < 0;
            where = inline ? 0 : firstBlockApart() + apart[record];
        } else if (entry.isRegular()) {
            size = entry.size();
            where = size == 0 ? 0 : firstTarBlock() + (index.dataOffset(record) >> BLOCK_BITS);
        } else {
            int minor = entry.deviceMinor();
            where = (minor & 0xff) | entry.deviceMajor() << 8 | (minor & ~0xff) << 12;
        }
        int xattrBytes = xattrBytes(xattrs);
        out.int16(inline ? FLAT_INLINE : FLAT_PLAIN);
        out.int16(xattrBytes == 0 ? 0 : (xattrBytes - XATTR_HEADER_BYTES) / 4 + 1);
        out.int16(entry.type().modeBits() | (entry.isSymlink() ? 0777 : entry.mode()));
        out.int16(0);
        out.int64(size);
        out.int32((int) where);
        out.int32(nids[record]); // i_ino
        out.int32(entry.uid());
        out.int32(entry.gid());
        out.int64(entry.mtime().seconds());
        out.int32(entry.mtime().nanos());
        out.int32(links[record]);
        out.zeros(16);
        xattrs(xattrs, out);
        if (inline) {
            tail(record, out);
        }
    }

    private FileEntry entry(int record) {
        if (index.isWhiteout(record)) {
            return WHITEOUT;
        }
        return index.isImplied(record)
                ? TreeUnpacker.implied(index.path(record))
                : index.entry(record);
    }

    private static void xattrs(List<Map.Entry<String, byte[]>> xattrs, Bytes out)
            throws IOException {
        if (xattrs.isEmpty()) {
            return;
        }
        out.zeros(XATTR_HEADER_BYTES);
        for (Map.Entry<String, byte[]> xattr : xattrs) {
            int prefix = prefix(xattr.getKey());
            String suffix = xattr.getKey().substring(PREFIXES[prefix].length());
            byte[] value = xattr.getValue();
            out.int8(suffix.length());
            out.int8(prefix);
            out.int16(value.length);
            out.text(suffix);
            out.raw(value, 0, value.length);
            out.zerosTo(roundUp(out.position(), XATTR_ENTRY_BYTES));
        }
    }

    /// A link target, or a directory: in each block first its `struct erofs_dirent`s, then their
    /// names.
    private void tail(int record, Bytes out) throws IOException {
        if (!index.isDirectory(record)) {
            out.text(target(record));
            return;
        }
        int[] children = children(record);
        long start = out.position();
        int from = 0;
        while (from < children.length) {
            int to = from;
            int used = 0;
            while (to < children.length) {
                int more = DIRENT_BYTES + name(record, children[to]).length();
                if (used + more > BLOCK) {
                    break;
                }
                used += more;
                to++;
            }
            directoryBlock(record, children, from, to, out);
            from = to;
            if (from < children.length) {
                out.zerosTo(start += BLOCK);
            }
        }
    }

    private void directoryBlock(int record, int[] children, int from, int to, Bytes out)
            throws IOException {
        int nameAt = (to - from) * DIRENT_BYTES;
        for (int i = from; i < to; i++) {
            int child = children[i];
            int target = child == SELF ? record : child == PARENT ? parents[record] : child;
            out.int64(nids[target] & 0xffff_ffffL);
            out.int16(nameAt);
            out.int8(fileType(entryType(target)));
            out.int8(0);
            nameAt += name(record, child).length();
        }
        for (int i = from; i < to; i++) {
            out.text(name(record, children[i]));
        }
    }

    private FileType entryType(int record) {
        return index.isDirectory(record)
                ? FileType.DIRECTORY
                : index.isWhiteout(record)
                        ? FileType.CHARACTER_DEVICE
                        : LayerIndex.type(index.flags(record) & LayerIndex.KIND);
    }

    /// The kernel's `FT_*`.
    private static int fileType(FileType type) {
        return switch (type) {
            case REGULAR -> 1;
            case DIRECTORY -> 2;
            case CHARACTER_DEVICE -> 3;
            case BLOCK_DEVICE -> 4;
            case FIFO -> 5;
            case SOCKET -> 6;
            case SYMLINK -> 7;
        };
    }

    /// Little-endian numbers and bytes on their way to a file.
    private static final class Bytes {
        private final OutputStream out;
        private final byte[] buffer = new byte[64 << 10];
        private int length;
        private long flushed;

        Bytes(OutputStream out) {
            this.out = out;
        }

        long position() {
            return flushed + length;
        }

        void int8(int value) throws IOException {
            if (length == buffer.length) {
                flush();
            }
            buffer[length++] = (byte) value;
        }

        void int16(int value) throws IOException {
            int8(value);
            int8(value >>> 8);
        }

        void int32(int value) throws IOException {
            int16(value);
            int16(value >>> 16);
        }

        void int64(long value) throws IOException {
            int32((int) value);
            int32((int) (value >>> 32));
        }

        void text(String latin1) throws IOException {
            for (int i = 0; i < latin1.length(); i++) {
                int8(latin1.charAt(i));
            }
        }

        void raw(byte[] bytes, int from, int count) throws IOException {
            for (int i = from; i < from + count; i++) {
                int8(bytes[i]);
            }
        }

        void zeros(int count) throws IOException {
            zerosTo(position() + count);
        }

        void zerosTo(long position) throws IOException {
            if (position < position()) {
                throw new IllegalStateException("an EROFS image was laid out wrongly");
            }
            while (position() < position) {
                int8(0);
            }
        }

        void flush() throws IOException {
            out.write(buffer, 0, length);
            flushed += length;
            length = 0;
        }
    }
}
