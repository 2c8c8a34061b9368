package dev.slipway.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads a directory: getdents64(2). Stats are taken straight from the kernel's list of names,
/// which are not copied for it.
final class Listing {
    private static final int INODE = 0;
    private static final int RECORD_LENGTH = 16;
    private static final int TYPE = 18;
    private static final int NAME = 19;
    private static final int BUFFER_BYTES = 32 << 10;

    private final Native n;
    private final int fd;
    private final RawPath path;
    private final Memory buffer;
    private byte[] records = {}; // what the kernel wrote, where Java reads it faster

    private Listing(Native n, int fd, RawPath path) {
        this.n = n;
        this.fd = fd;
        this.path = path;
        this.buffer = n.transfer().slice(0, BUFFER_BYTES);
    }

    /// All entries but `.` and `..`, sorted bytewise.
    static List<DirEntry> read(int fd, RawPath path) throws LinuxException {
        List<DirEntry> entries = new ArrayList<>();
        try (Native n = Native.take()) {
            Listing listing = new Listing(n, fd, path);
            listing.rewind();
            for (int count = listing.next(); count > 0; count = listing.next()) {
                for (int at = 0; at < count; at += listing.length(at)) {
                    if (!listing.isDots(at)) {
                        entries.add(listing.entry(at));
                    }
                }
            }
        }
        entries.sort((a, b) -> a.name().compareTo(b.name()));
        return entries;
    }

    /// As [#read], with stats. What goes away meanwhile is left out.
    static DirListing readStats(int fd, RawPath path) throws LinuxException {
        List<DirStat> entries = new ArrayList<>();
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        ByteArrayOutputStream stats = new ByteArrayOutputStream();
        boolean complete = true;
        try (Native n = Native.take()) {
            Listing listing = new Listing(n, fd, path);
            Statx statx = Statx.in(n);
            byte[] packed = new byte[DirSnapshot.STAT_BYTES];
            ByteBuffer words = DirSnapshot.wrap(packed);
            listing.rewind();
            for (int count = listing.next(); count > 0; count = listing.next()) {
                names.write(listing.records, 0, count);
                for (int at = 0; at < count; at += listing.length(at)) {
                    if (listing.isDots(at)) {
                        continue;
                    }
                    if (listing.stat(at, statx)) {
                        entries.add(new DirStat(listing.name(at), statx.read()));
                        statx.pack(words);
                        stats.write(packed, 0, packed.length);
                    } else {
                        complete = false;
                    }
                }
            }
        }
        entries.sort((a, b) -> a.name().compareTo(b.name()));
        return new DirListing(entries, complete ? DirSnapshot.of(names, stats) : null);
    }

    /// Whether a directory is as it was when `snapshot` was taken.
    static boolean isStill(int fd, RawPath path, DirSnapshot snapshot) throws LinuxException {
        try (Native n = Native.take()) {
            Listing listing = new Listing(n, fd, path);
            Statx statx = Statx.in(n);
            DirSnapshot.Reader expected = snapshot.reader();
            listing.rewind();
            for (int count = listing.next(); count > 0; count = listing.next()) {
                if (!expected.hasNames(listing.records, count)) {
                    return false;
                }
                for (int at = 0; at < count; at += listing.length(at)) {
                    if (!listing.isDots(at)
                            && !(listing.stat(at, statx) && expected.hasStat(statx))) {
                        return false;
                    }
                }
            }
            return expected.isAtEnd();
        }
    }

    private void rewind() throws LinuxException {
        Native.check(n.call(Syscall.LSEEK, fd, 0, 0), "lseek", path);
    }

    /// Reads the next records.
    ///
    /// @return how many bytes they are; 0 at the end
    private int next() throws LinuxException {
        buffer.clear(); // the kernel skips the bytes between a name and the next record
        long result = n.call(Syscall.GETDENTS64, fd, buffer.address(), BUFFER_BYTES);
        int count = (int) Native.check(result, "getdents64", path);
        if (records.length < count) {
            records = new byte[count];
        }
        buffer.get(0, records, 0, count);
        return count;
    }

    private int length(int record) {
        return (records[record + RECORD_LENGTH] & 0xff)
                | (records[record + RECORD_LENGTH + 1] & 0xff) << 8;
    }

    private boolean isDots(int record) {
        int name = record + NAME;
        return records[name] == '.'
                && (records[name + 1] == 0 || (records[name + 1] == '.' && records[name + 2] == 0));
    }

    private RawPath name(int record) {
        int start = record + NAME;
        int end = start;
        while (records[end] != 0) {
            end++;
        }
        return RawPath.trusted(
                new String(records, start, end - start, StandardCharsets.ISO_8859_1));
    }

    private DirEntry entry(int record) {
        FileType type = FileType.ofDirent(records[record + TYPE]);
        return new DirEntry(name(record), type, DirSnapshot.wrap(records).getLong(record + INODE));
    }

    /// @return false if it has gone
    private boolean stat(int record, Statx statx) throws LinuxException {
        long address = buffer.address() + record + NAME;
        long result = statx.call(n, fd, address, Statx.AT_SYMLINK_NOFOLLOW);
        if (result < 0 && result != -Errno.ENOENT) {
            throw new LinuxException((int) -result, "statx", path.child(name(record)).toString());
        }
        return result == 0;
    }
}
