package dev.slipway.image.tar;

import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the header of one archive member says.
///
/// @param path where it goes: cleaned, relative to the root, which is the empty path
/// @param mode the permission bits, 07777
/// @param uid unsigned, though held in an int
/// @param gid unsigned, though held in an int
/// @param size bytes of content, holes included; 0 for all but regular files
/// @param linkTarget the text of a symbolic link as it stands in the archive, or the path of what a
///   hard link links to, cleaned; null for everything else
/// @param xattrs extended attributes by name
public record TarEntry(
        RawPath path,
        Kind kind,
        int mode,
        int uid,
        int gid,
        long size,
        Timespec mtime,
        @Nullable RawPath linkTarget,
        int deviceMajor,
        int deviceMinor,
        SortedMap<String, byte[]> xattrs) {
    private static final SortedMap<String, byte[]> NO_XATTRS =
            Collections.unmodifiableSortedMap(new TreeMap<>());

    /// The kinds of member.
    public enum Kind {
        REGULAR,
        HARD_LINK,
        SYMLINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        DIRECTORY,
        FIFO
    }

    public TarEntry {
        xattrs =
                xattrs.isEmpty()
                        ? NO_XATTRS
                        : Collections.unmodifiableSortedMap(new TreeMap<>(xattrs));
        boolean link = kind == Kind.HARD_LINK || kind == Kind.SYMLINK;
        if (link != (linkTarget != null)) {
            throw new IllegalArgumentException(path + ": a link, and only a link, has a target");
        }
        if (size < 0 || (size > 0 && kind != Kind.REGULAR)) {
            throw new IllegalArgumentException(path + ": " + kind + " of size " + size);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TarEntry that
                && path.equals(that.path)
                && kind == that.kind
                && mode == that.mode
                && uid == that.uid
                && gid == that.gid
                && size == that.size
                && mtime.equals(that.mtime)
                && Objects.equals(linkTarget, that.linkTarget)
                && deviceMajor == that.deviceMajor
                && deviceMinor == that.deviceMinor
                && sameXattrs(xattrs, that.xattrs);
    }

    @Override
    public int hashCode() {
        return Objects.hash(path, kind, mode, uid, gid, size, mtime, linkTarget, xattrs.keySet());
    }

    private static boolean sameXattrs(Map<String, byte[]> a, Map<String, byte[]> b) {
        return a.keySet().equals(b.keySet())
                && a.entrySet().stream()
                        .allMatch(e -> Arrays.equals(e.getValue(), b.get(e.getKey())));
    }
}
