package dev.slipway.build;

import dev.slipway.linux.FileStat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Records of files, kept as bytes in a hash table by inode: reading 20 000 of them makes no
/// objects. Finding is safe beside other finding, adding is not.
final class StatRecords {
    static final int RECORD_BYTES = 88;
    static final int DIGEST_BYTES = 32;
    static final int HAS_DIGEST = 1;
    static final int NO_XATTRS = 2;

    private static final int DEVICE = 0;
    private static final int INODE = 8;
    private static final int SIZE = 16;
    private static final int MTIME = 24;
    private static final int CTIME = 32;
    private static final int MTIME_NANOS = 40;
    private static final int CTIME_NANOS = 44;
    private static final int MODE = 48;
    private static final int FLAGS = 52;
    private static final int AGE = 53;
    private static final int DIGEST = 56;

    private byte[] bytes;
    private ByteBuffer view;
    private int count;
    private int[] table = {};

    /// @param bytes of whole records; taken over
    StatRecords(byte[] bytes) {
        this.bytes = bytes;
        this.view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.count = bytes.length / RECORD_BYTES;
        index();
    }

    int count() {
        return count;
    }

    private void index() {
        table = new int[Integer.highestOneBit(Math.max(64, count)) * 4];
        for (int i = 0; i < count; i++) {
            int record = i * RECORD_BYTES;
            table[slot(view.getLong(record + DEVICE), view.getLong(record + INODE))] = i + 1;
        }
    }

    /// Where the record of an inode is in the table, or would go.
    private int slot(long device, long inode) {
        long hash = (inode * 0x9e3779b97f4a7c15L) ^ device;
        int slot = (int) (hash >>> 32) & (table.length - 1);
        while (table[slot] != 0) {
            int record = (table[slot] - 1) * RECORD_BYTES;
            if (view.getLong(record + INODE) == inode && view.getLong(record + DEVICE) == device) {
                break;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }

    /// The record of a file's inode, whatever it says; -1 if there is none.
    int find(FileStat stat) {
        int found = table[slot(stat.device(), stat.inode())];
        return found == 0 ? -1 : (found - 1) * RECORD_BYTES;
    }

    /// The record of a file that is as it was; negative if there is none.
    int findSame(FileStat stat) {
        int record = find(stat);
        return record >= 0 && isSame(record, stat) ? record : -1;
    }

    private boolean isSame(int record, FileStat stat) {
        return view.getLong(record + SIZE) == stat.size()
                && view.getLong(record + CTIME) == stat.ctime().seconds()
                && view.getInt(record + CTIME_NANOS) == stat.ctime().nanos()
                && view.getLong(record + MTIME) == stat.mtime().seconds()
                && view.getInt(record + MTIME_NANOS) == stat.mtime().nanos()
                && view.getInt(record + MODE) == mode(stat);
    }

    private static int mode(FileStat stat) {
        return stat.type().modeBits() | stat.mode();
    }

    boolean has(int record, int flag) {
        return (bytes[record + FLAGS] & flag) != 0;
    }

    void set(int record, int flag) {
        bytes[record + FLAGS] |= (byte) flag;
    }

    byte[] digest(int record) {
        return Arrays.copyOfRange(bytes, record + DIGEST, record + DIGEST + DIGEST_BYTES);
    }

    void setDigest(int record, byte[] sha256) {
        System.arraycopy(sha256, 0, bytes, record + DIGEST, DIGEST_BYTES);
        set(record, HAS_DIGEST);
    }

    /// Saves in a row without the file being seen.
    int age(int record) {
        return bytes[record + AGE] & 0xff;
    }

    /// Notes that the file was seen.
    void seen(int record) {
        bytes[record + AGE] = 0;
    }

    /// The record to note something of a file in: the one there is, or a new one that says nothing
    /// yet.
    int writable(FileStat stat) {
        int record = find(stat);
        if (record < 0) {
            record = append();
            table[slot(stat.device(), stat.inode())] = count;
            write(record, stat);
            if (count * 2 > table.length) {
                index();
            }
        } else if (!isSame(record, stat)) {
            write(record, stat);
        }
        return record;
    }

    private int append() {
        int record = count * RECORD_BYTES;
        if (record == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(64 * RECORD_BYTES, bytes.length * 2));
            view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
        count++;
        return record;
    }

    private void write(int record, FileStat stat) {
        view.putLong(record + DEVICE, stat.device());
        view.putLong(record + INODE, stat.inode());
        view.putLong(record + SIZE, stat.size());
        view.putLong(record + MTIME, stat.mtime().seconds());
        view.putLong(record + CTIME, stat.ctime().seconds());
        view.putInt(record + MTIME_NANOS, stat.mtime().nanos());
        view.putInt(record + CTIME_NANOS, stat.ctime().nanos());
        view.putInt(record + MODE, mode(stat));
        bytes[record + FLAGS] = 0;
        bytes[record + AGE] = 0;
    }

    /// Whether the inode of the record at `record` has one in `others` too.
    boolean isIn(StatRecords others, int record) {
        int slot = others.slot(view.getLong(record + DEVICE), view.getLong(record + INODE));
        return others.table[slot] != 0;
    }

    /// Copies a record, so many saves older, into `to` at `at`.
    void copy(int record, byte[] to, int at, int older) {
        System.arraycopy(bytes, record, to, at, RECORD_BYTES);
        to[at + AGE] = (byte) (age(record) + older);
    }
}
