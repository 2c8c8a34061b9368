package dev.slipway.linux;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// Extended attributes of files of any type, links included, without following the last name.
///
/// There are no *at calls for them before Linux 6.13; `/proc/self/fd/N/name` reaches the same file,
/// since the kernel goes through the open directory, whatever has become of its path.
final class Xattrs {
    /// XATTR_SIZE_MAX and XATTR_LIST_MAX.
    private static final int MAX_BYTES = 64 * 1024;

    private Xattrs() {}

    static SortedMap<String, byte[]> list(Native n, long file, RawPath path) throws LinuxException {
        Memory buffer = n.transfer();
        long length = n.call(Syscall.LLISTXATTR, file, buffer.address(), MAX_BYTES);
        if (length == 0 || length == -Errno.EOPNOTSUPP) {
            return Collections.emptySortedMap();
        }
        Native.check(length, "llistxattr", path);
        byte[] names = buffer.toArray((int) length);
        SortedMap<String, byte[]> found = new TreeMap<>();
        int start = 0;
        for (int i = 0; i < names.length; i++) {
            if (names[i] == 0) {
                String name = new String(names, start, i - start, StandardCharsets.ISO_8859_1);
                read(n, file, buffer.slice(start, i - start + 1), name, path, found);
                start = i + 1;
            }
        }
        return Collections.unmodifiableSortedMap(found);
    }

    private static void read(
            Native n,
            long file,
            Memory nameBytes,
            String name,
            RawPath path,
            SortedMap<String, byte[]> found)
            throws LinuxException {
        // The list of names, at most 64 KiB, stays in the lower half of the buffer.
        Memory value = n.transfer().slice(MAX_BYTES, MAX_BYTES);
        long size =
                n.call(Syscall.LGETXATTR, file, nameBytes.address(), value.address(), MAX_BYTES);
        if (size == -Errno.ENODATA || size == -Errno.EOPNOTSUPP) {
            return; // Removed since, or listed by a layer that does not hand it out.
        }
        Native.check(size, "lgetxattr", path);
        found.put(name, value.toArray((int) size));
    }

    static void set(Native n, long file, String name, byte[] value, RawPath path)
            throws LinuxException {
        if (value.length > MAX_BYTES) {
            throw new LinuxException(Errno.E2BIG, "lsetxattr", path.toString());
        }
        Memory buffer = n.transfer();
        buffer.put(0, value, 0, value.length);
        long result =
                n.call(Syscall.LSETXATTR, file, n.latin1(name), buffer.address(), value.length, 0);
        Native.check(result, "lsetxattr " + name, path);
    }

    static void remove(Native n, long file, String name, RawPath path) throws LinuxException {
        long result = n.call(Syscall.LREMOVEXATTR, file, n.latin1(name));
        Native.check(result, "lremovexattr " + name, path);
    }
}
