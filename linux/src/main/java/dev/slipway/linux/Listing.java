package dev.slipway.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
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

    private final Native n;
    private final int fd;
    private final RawPath path;
    private final MemorySegment buffer;
    private final ByteBuffer bytes;
    private byte[] name = new byte[256];
    private int nameLength;

    private Listing(Native n, int fd, RawPath path) {
        this.n = n;
        this.fd = fd;
        this.path = path;
        this.buffer = n.transfer();
        this.bytes = Native.bytes(buffer);
    }

    /// All entries but `.` and `..`, sorted bytewise.
    static List<DirEntry> read(int fd, RawPath path) throws LinuxException {
        List<DirEntry> entries = new ArrayList<>();
        try (Native n = Native.take()) {
            Listing listing = new Listing(n, fd, path);
            listing.forEach(record -> entries.add(listing.entry(record)));
        }
        entries.sort((a, b) -> a.name().compareTo(b.name()));
        return entries;
    }

    /// As [#read], with stats. What goes away meanwhile is left out.
    static List<DirStat> readStats(int fd, RawPath path) throws LinuxException {
        List<DirStat> entries = new ArrayList<>();
        try (Native n = Native.take()) {
            Listing listing = new Listing(n, fd, path);
            Statx statx = Statx.in(n);
            listing.forEach(record -> listing.addStat(record, statx, entries));
        }
        entries.sort((a, b) -> a.name().compareTo(b.name()));
        return entries;
    }

    private interface RecordReader {
        void read(int record) throws LinuxException;
    }

    private void forEach(RecordReader reader) throws LinuxException {
        Native.check(n.call(Syscall.LSEEK, fd, 0, 0), "lseek", path);
        while (true) {
            long count = n.call(Syscall.GETDENTS64, fd, buffer.address(), Native.TRANSFER_BYTES);
            if (Native.check(count, "getdents64", path) == 0) {
                return;
            }
            int record = 0;
            while (record < count) {
                int length = bytes.getShort(record + RECORD_LENGTH) & 0xffff;
                copyName(record, length - NAME);
                if (!isDots()) {
                    reader.read(record);
                }
                record += length;
            }
        }
    }

    /// Copies a name, which ends in a NUL within `room` bytes.
    private void copyName(int record, int room) {
        if (room > name.length) {
            name = new byte[room];
        }
        MemorySegment.copy(buffer, JAVA_BYTE, record + NAME, name, 0, room);
        nameLength = 0;
        while (nameLength < room && name[nameLength] != 0) {
            nameLength++;
        }
    }

    private boolean isDots() {
        return nameLength <= 2 && name[0] == '.' && (nameLength == 1 || name[1] == '.');
    }

    private RawPath name() {
        return RawPath.trusted(new String(name, 0, nameLength, StandardCharsets.ISO_8859_1));
    }

    private DirEntry entry(int record) {
        FileType type = FileType.ofDirent(bytes.get(record + TYPE));
        return new DirEntry(name(), type, bytes.getLong(record + INODE));
    }

    private void addStat(int record, Statx statx, List<DirStat> entries) throws LinuxException {
        long address = buffer.address() + record + NAME;
        long result = statx.call(n, fd, address, Statx.AT_SYMLINK_NOFOLLOW);
        if (result != -Errno.ENOENT) {
            if (result < 0) {
                throw new LinuxException((int) -result, "statx", path.child(name()).toString());
            }
            entries.add(new DirStat(name(), statx.read()));
        }
    }
}
