package dev.slipway.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads a directory: getdents64(2).
final class Listing {
    private static final int INODE = 0;
    private static final int RECORD_LENGTH = 16;
    private static final int TYPE = 18;
    private static final int NAME = 19;

    private Listing() {}

    /// All entries but `.` and `..`, sorted bytewise.
    static List<DirEntry> read(int fd, RawPath path) throws LinuxException {
        List<DirEntry> entries = new ArrayList<>();
        try (Native n = Native.take()) {
            MemorySegment buffer = n.transfer();
            byte[] names = new byte[256];
            Native.check(n.call(Syscall.LSEEK, fd, 0, 0), "lseek", path);
            while (true) {
                long count =
                        n.call(Syscall.GETDENTS64, fd, buffer.address(), Native.TRANSFER_BYTES);
                if (Native.check(count, "getdents64", path) == 0) {
                    break;
                }
                parse(buffer, (int) count, names, entries);
            }
        }
        entries.sort((a, b) -> a.name().compareTo(b.name()));
        return entries;
    }

    private static void parse(
            MemorySegment buffer, int count, byte[] name, List<DirEntry> entries) {
        int record = 0;
        while (record < count) {
            int length = buffer.get(Native.U16, record + RECORD_LENGTH) & 0xffff;
            int room = Math.min(length - NAME, name.length);
            MemorySegment.copy(buffer, JAVA_BYTE, record + NAME, name, 0, room);
            int end = 0;
            while (end < room && name[end] != 0) {
                end++;
            }
            if (!isDots(name, end)) {
                entries.add(
                        new DirEntry(
                                RawPath.trusted(
                                        new String(name, 0, end, StandardCharsets.ISO_8859_1)),
                                FileType.ofDirent(buffer.get(JAVA_BYTE, record + TYPE)),
                                buffer.get(Native.I64, record + INODE)));
            }
            record += length;
        }
    }

    private static boolean isDots(byte[] name, int length) {
        return length <= 2 && name[0] == '.' && (length == 1 || name[1] == '.');
    }
}
