package dev.slipway.build;

import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.Host;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.CRC32;

/// What is known of files by their stat alone, so that one that has not changed is not read again:
/// the digest of its content, and whether it has extended attributes.
///
/// A file is the same if device, inode, size, mode and both times are. The change time cannot be
/// set back by anyone, but it has a granularity: a change right after the stat may leave it as it
/// was. What changed less than that before the stat is *racily clean*, as git calls it, and is not
/// remembered.
///
/// The file is only a cache; a damaged one counts as empty. Safe for use by several threads.
final class StatCache {
    private static final int MAGIC = 0x534c5743; // SLWC
    private static final int VERSION = 2;
    private static final int HEADER_BYTES = 16;
    private static final int MAX_RECORDS = 1 << 22;
    private static final int MAX_BYTES = HEADER_BYTES + MAX_RECORDS * StatRecords.RECORD_BYTES;

    /// Saves in a row without a file being seen, after which it is forgotten.
    private static final int MAX_AGE = 50;

    /// More than a tick of the slowest kernel clock (10 ms).
    private static final long GRANULARITY_NANOS = 20_000_000;

    /// Where times are whole seconds, or two as on FAT.
    private static final long COARSE_GRANULARITY_NANOS = 2_000_000_000;

    private final @Nullable Path file;
    private final Timespec now;

    /// What earlier builds learnt; null until somebody asks. Not added to, so that several threads
    /// look without waiting.
    private volatile @Nullable StatRecords loaded;

    /// What this build learnt: goes before `loaded`. Guarded by this.
    private final StatRecords learnt = new StatRecords(new byte[0]);

    /// Whether `learnt` holds anything.
    private volatile boolean isLearning;

    private boolean dirty;

    /// Up to how many records none is older for not being seen.
    private int notOlder;

    private StatCache(@Nullable Path file, Timespec now) {
        this.file = file;
        this.now = now;
    }

    /// What is known of a file.
    ///
    /// @param digest the SHA-256 of its content; null if it must be read
    /// @param noXattrs whether it has no extended attributes; else they must be asked for
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Known(byte @Nullable [] digest, boolean noXattrs) {
        static final Known NOTHING = new Known(null, false);
    }

    /// Opens a cache.
    ///
    /// @param file may be missing; null: nothing is kept
    /// @param now the time before the first stat
    static StatCache open(@Nullable Path file, Timespec now) {
        return new StatCache(file, now);
    }

    private StatRecords loaded() {
        StatRecords known = loaded;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            if (loaded == null) {
                byte[] records = file == null ? null : load(file);
                loaded = new StatRecords(records == null ? new byte[0] : records);
            }
            return loaded;
        }
    }

    private static byte @Nullable [] load(Path file) {
        byte[] bytes;
        try {
            bytes = read(file, MAX_BYTES);
        } catch (IOException _) {
            return null;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < HEADER_BYTES
                || header.getInt(0) != MAGIC
                || header.getInt(4) != VERSION
                || (long) header.getInt(8) * StatRecords.RECORD_BYTES != bytes.length - HEADER_BYTES
                || header.getInt(12)
                        != checksum(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES)) {
            return null;
        }
        return Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length);
    }

    /// All of a file that may be missing. Not through a channel, which would want as much memory
    /// again outside of the heap.
    ///
    /// @throws IOException if it cannot be read, or is longer than `most`
    static byte[] read(Path file, int most) throws IOException {
        try (Fd in = Fd.open(file, OpenFlags.O_RDONLY, 0)) {
            long size = in.stat().size();
            if (size > most) {
                throw new IOException(file + " is longer than " + most + " bytes");
            }
            byte[] bytes = new byte[(int) size];
            int done = 0;
            while (done < bytes.length) {
                int count = in.read(bytes, done, bytes.length - done);
                if (count < 0) {
                    throw new EOFException(file + " became shorter");
                }
                done += count;
            }
            return bytes;
        }
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        CRC32 crc = new CRC32(); // as SelectionMemory's
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    /// What is known of the file with this stat.
    Known known(FileStat stat) {
        if (isLearning) {
            synchronized (this) {
                int record = learnt.findSame(stat);
                if (record >= 0) {
                    return known(learnt, record);
                }
            }
        }
        StatRecords loaded = loaded();
        int record = loaded.findSame(stat);
        if (record < 0) {
            return Known.NOTHING;
        }
        loaded.seen(record);
        return known(loaded, record);
    }

    private static Known known(StatRecords records, int record) {
        return new Known(
                records.has(record, StatRecords.HAS_DIGEST) ? records.digest(record) : null,
                records.has(record, StatRecords.NO_XATTRS));
    }

    /// Remembers what was read after `stat` was taken.
    synchronized void putDigest(FileStat stat, byte[] sha256) {
        int record = writable(stat);
        if (record >= 0) {
            learnt.setDigest(record, sha256);
        }
    }

    synchronized void putNoXattrs(FileStat stat) {
        int record = writable(stat);
        if (record >= 0) {
            learnt.set(record, StatRecords.NO_XATTRS);
        }
    }

    /// The record to note something of a file in, with what is known already; -1 if it is racily
    /// clean.
    private int writable(FileStat stat) {
        StatRecords loaded = loaded();
        if (!isSettled(stat) || loaded.count() + learnt.count() >= MAX_RECORDS) {
            return -1;
        }
        boolean isNew = learnt.findSame(stat) < 0;
        int record = learnt.writable(stat);
        int before = isNew ? loaded.findSame(stat) : -1;
        if (before >= 0 && loaded.has(before, StatRecords.HAS_DIGEST)) {
            learnt.setDigest(record, loaded.digest(before));
        }
        if (before >= 0 && loaded.has(before, StatRecords.NO_XATTRS)) {
            learnt.set(record, StatRecords.NO_XATTRS);
        }
        isLearning = true;
        dirty = true;
        return record;
    }

    /// Says that not all files in use were asked for: no record gets older unless there are many
    /// more than these.
    synchronized void notAllSeen(long files) {
        notOlder = (int) Math.min(MAX_RECORDS, 2 * files + 10_000);
    }

    /// Writes the cache if it changed. A failure is not told: the next build only reads more.
    synchronized void save() {
        if (!dirty || file == null) {
            return;
        }
        Encoded encoded = encode();
        Path temporary = file.resolveSibling(file.getFileName() + "." + Host.pid());
        dirty = !replace(file, temporary, encoded.bytes, encoded.length);
    }

    /// Replaces a file in one step; false, with nothing done, if it cannot be.
    static boolean replace(Path file, Path temporary, byte[] bytes, int length) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC;
            try (Fd out = Fd.open(temporary, flags, 0644)) {
                out.write(bytes, 0, length);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException _) {
            deleteQuietly(temporary);
            return false;
        }
    }

    static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (NoSuchFileException _) {
            // gone already
        } catch (IOException _) {
            // it is in the way of nothing
        }
    }

    /// Bytes, of which `length` count.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Encoded(byte[] bytes, int length) {}

    private Encoded encode() {
        StatRecords loaded = loaded();
        int all = loaded.count() + learnt.count();
        byte[] bytes = new byte[HEADER_BYTES + all * StatRecords.RECORD_BYTES];
        int end = HEADER_BYTES;
        for (int i = 0; i < loaded.count(); i++) {
            int record = i * StatRecords.RECORD_BYTES;
            if (loaded.age(record) <= MAX_AGE && !loaded.isIn(learnt, record)) {
                loaded.copy(record, bytes, end, loaded.count() > notOlder ? 1 : 0);
                end += StatRecords.RECORD_BYTES;
            }
        }
        for (int i = 0; i < learnt.count(); i++) {
            learnt.copy(i * StatRecords.RECORD_BYTES, bytes, end, 1);
            end += StatRecords.RECORD_BYTES;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0, MAGIC);
        header.putInt(4, VERSION);
        header.putInt(8, (end - HEADER_BYTES) / StatRecords.RECORD_BYTES);
        header.putInt(12, checksum(bytes, HEADER_BYTES, end - HEADER_BYTES));
        return new Encoded(bytes, end);
    }

    /// Whether the file changed long enough ago for a later change to show.
    boolean isSettled(FileStat stat) {
        boolean coarse = stat.ctime().nanos() == 0 && stat.mtime().nanos() == 0;
        long granularity = coarse ? COARSE_GRANULARITY_NANOS : GRANULARITY_NANOS;
        long seconds = now.seconds() - stat.ctime().seconds();
        if (seconds > 10) {
            return true;
        }
        return seconds >= 0
                && seconds * 1_000_000_000 + now.nanos() - stat.ctime().nanos() > granularity;
    }
}
