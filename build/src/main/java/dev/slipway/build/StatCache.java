package dev.slipway.build;

import dev.slipway.linux.FileStat;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// What is known of files by their stat alone, so that one that has not changed is not read again:
/// the digest of its content, and whether it has extended attributes.
///
/// A file is the same if device, inode, size, mode and both times are. The change time cannot be
/// set back by anyone, but it has a granularity: a change right after the stat may leave it as it
/// was. What changed less than that before the stat is *racily clean*, as git calls it, and is not
/// remembered.
///
/// Records are kept as bytes, in a hash table by inode: reading 20 000 of them makes no objects.
/// The file is only a cache; a damaged one counts as empty. Safe for use by several threads.
final class StatCache {
    private static final int MAGIC = 0x534c5743; // SLWC
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 16;
    private static final int RECORD_BYTES = 88;
    private static final int MAX_RECORDS = 1 << 22;

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
    private static final int DIGEST_BYTES = 32;

    private static final int HAS_DIGEST = 1;
    private static final int NO_XATTRS = 2;

    /// Saves in a row without a file being seen, after which it is forgotten.
    private static final int MAX_AGE = 50;

    /// More than a tick of the slowest kernel clock (10 ms).
    private static final long GRANULARITY_NANOS = 20_000_000;

    /// Where times are whole seconds, or two as on FAT.
    private static final long COARSE_GRANULARITY_NANOS = 2_000_000_000;

    private final @Nullable Path file;
    private final Timespec now;
    private byte[] records;
    private ByteBuffer view;
    private int count;
    private int[] table;
    private boolean dirty;

    private StatCache(@Nullable Path file, Timespec now, byte[] records, int count) {
        this.file = file;
        this.now = now;
        this.records = records;
        this.view = ByteBuffer.wrap(records).order(ByteOrder.LITTLE_ENDIAN);
        this.count = count;
        this.table = new int[0];
        index();
    }

    /// Opens a cache.
    ///
    /// @param file may be missing; null: nothing is kept
    /// @param now the time before the first stat
    static StatCache open(@Nullable Path file, Timespec now) {
        byte[] records = file == null ? null : load(file);
        return records == null
                ? new StatCache(file, now, new byte[RECORD_BYTES * 64], 0)
                : new StatCache(file, now, records, records.length / RECORD_BYTES);
    }

    private static byte @Nullable [] load(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException _) {
            return null;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_BYTES
                || header.getInt(0) != MAGIC
                || header.getInt(4) != VERSION
                || (long) header.getInt(8) * RECORD_BYTES != bytes.length - HEADER_BYTES
                || header.getInt(12)
                        != checksum(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES)) {
            return null;
        }
        return Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /// The SHA-256 of the content of the file with this stat; null if it must be read.
    synchronized byte @Nullable [] digest(FileStat stat) {
        int record = current(stat, HAS_DIGEST);
        return record < 0
                ? null
                : Arrays.copyOfRange(records, record + DIGEST, record + DIGEST + DIGEST_BYTES);
    }

    /// Whether the file with this stat is known to have no extended attributes.
    synchronized boolean hasNoXattrs(FileStat stat) {
        return current(stat, NO_XATTRS) >= 0;
    }

    /// Remembers what was read after `stat` was taken.
    synchronized void putDigest(FileStat stat, byte[] sha256) {
        int record = writable(stat);
        if (record >= 0) {
            System.arraycopy(sha256, 0, records, record + DIGEST, DIGEST_BYTES);
            records[record + FLAGS] |= HAS_DIGEST;
        }
    }

    synchronized void putNoXattrs(FileStat stat) {
        int record = writable(stat);
        if (record >= 0) {
            records[record + FLAGS] |= NO_XATTRS;
        }
    }

    /// Writes the cache if it changed. A failure is not told: the next build only reads more.
    synchronized void save() {
        if (!dirty || file == null) {
            return;
        }
        byte[] bytes = encode();
        Path temporary =
                file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(temporary, bytes);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            dirty = false;
        } catch (IOException _) {
            deleteQuietly(temporary);
        }
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (NoSuchFileException _) {
            // gone already
        } catch (IOException _) {
            // it is in the way of nothing
        }
    }

    private byte[] encode() {
        byte[] bytes = new byte[HEADER_BYTES + count * RECORD_BYTES];
        int end = HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            int record = i * RECORD_BYTES;
            int age = records[record + AGE] & 0xff;
            if (age <= MAX_AGE) {
                System.arraycopy(records, record, bytes, end, RECORD_BYTES);
                bytes[end + AGE] = (byte) (age + 1);
                end += RECORD_BYTES;
            }
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0, MAGIC);
        header.putInt(4, VERSION);
        header.putInt(8, (end - HEADER_BYTES) / RECORD_BYTES);
        header.putInt(12, checksum(bytes, HEADER_BYTES, end - HEADER_BYTES));
        return Arrays.copyOf(bytes, end);
    }

    private void index() {
        int size = Integer.highestOneBit(Math.max(64, count) * 4);
        table = new int[size];
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

    /// The record of a file that is as it was and of which `flag` is known; else -1.
    private int current(FileStat stat, int flag) {
        int found = table[slot(stat.device(), stat.inode())];
        int record = (found - 1) * RECORD_BYTES;
        if (found == 0 || (records[record + FLAGS] & flag) == 0 || !isSame(record, stat)) {
            return -1;
        }
        records[record + AGE] = 0;
        return record;
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
        return (stat.type().modeBits() | stat.mode());
    }

    /// The record to note something of a file in; -1 if it is racily clean.
    private int writable(FileStat stat) {
        if (!isSettled(stat)) {
            return -1;
        }
        int slot = slot(stat.device(), stat.inode());
        int found = table[slot];
        int record = (found - 1) * RECORD_BYTES;
        if (found == 0) {
            if (count == MAX_RECORDS) {
                return -1;
            }
            record = append();
            table[slot] = count;
        } else if (isSame(record, stat)) {
            dirty = true;
            return record;
        }
        write(record, stat);
        if (count * 2 > table.length) {
            index();
        }
        dirty = true;
        return record;
    }

    private boolean isSettled(FileStat stat) {
        boolean coarse = stat.ctime().nanos() == 0 && stat.mtime().nanos() == 0;
        long granularity = coarse ? COARSE_GRANULARITY_NANOS : GRANULARITY_NANOS;
        long seconds = now.seconds() - stat.ctime().seconds();
        if (seconds > 10) {
            return true;
        }
        return seconds >= 0
                && seconds * 1_000_000_000 + now.nanos() - stat.ctime().nanos() > granularity;
    }

    private int append() {
        int record = count * RECORD_BYTES;
        if (record == records.length) {
            records = Arrays.copyOf(records, Math.max(64 * RECORD_BYTES, records.length * 2));
            view = ByteBuffer.wrap(records).order(ByteOrder.LITTLE_ENDIAN);
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
        records[record + FLAGS] = 0;
        records[record + AGE] = 0;
    }
}
