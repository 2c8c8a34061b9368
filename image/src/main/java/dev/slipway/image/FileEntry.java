package dev.slipway.image;

import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// One file of a tree: all that an image keeps of it but its content.
///
/// @param path relative to the root of the tree, which is the empty path
/// @param mode the low twelve bits: permissions, set-id, sticky
/// @param uid unsigned, though held in an int
/// @param gid unsigned, though held in an int
/// @param size bytes of content; 0 for all but regular files
/// @param linkTarget the text of a symbolic link, as it stands; null for everything else
/// @param deviceMajor of a device node, else 0
/// @param deviceMinor of a device node, else 0
/// @param xattrs extended attributes by name, one char per byte; without those of overlayfs
/// @param hardlinkGroup entries of one tree with the same number are names of one file (one alone,
///   where the others are hidden); 0 if it has no other name
public record FileEntry(
        RawPath path,
        FileType type,
        int mode,
        int uid,
        int gid,
        long size,
        Timespec mtime,
        @Nullable RawPath linkTarget,
        int deviceMajor,
        int deviceMinor,
        SortedMap<String, byte[]> xattrs,
        long hardlinkGroup) {
    private static final SortedMap<String, byte[]> NO_XATTRS =
            Collections.unmodifiableSortedMap(new TreeMap<>());

    public FileEntry {
        xattrs =
                xattrs.isEmpty()
                        ? NO_XATTRS
                        : Collections.unmodifiableSortedMap(new TreeMap<>(xattrs));
        if ((type == FileType.SYMLINK) != (linkTarget != null)) {
            throw new IllegalArgumentException(path + ": a link, and only a link, has a target");
        }
        if (size < 0 || (size > 0 && type != FileType.REGULAR)) {
            throw new IllegalArgumentException(path + ": " + type + " of size " + size);
        }
        if ((mode & ~07777) != 0) {
            throw new IllegalArgumentException(path + ": mode " + Integer.toOctalString(mode));
        }
    }

    /// A directory of root's from the epoch.
    public static FileEntry directory(RawPath path, int mode) {
        return plain(path, FileType.DIRECTORY, mode, 0, null);
    }

    /// A regular file of root's from the epoch.
    public static FileEntry file(RawPath path, int mode, long size) {
        return plain(path, FileType.REGULAR, mode, size, null);
    }

    /// A symbolic link of root's from the epoch.
    public static FileEntry symlink(RawPath path, RawPath target) {
        return plain(path, FileType.SYMLINK, 0777, 0, target);
    }

    private static FileEntry plain(
            RawPath path, FileType type, int mode, long size, @Nullable RawPath target) {
        return new FileEntry(
                path, type, mode, 0, 0, size, Timespec.EPOCH, target, 0, 0, NO_XATTRS, 0);
    }

    public boolean isDirectory() {
        return type == FileType.DIRECTORY;
    }

    public boolean isRegular() {
        return type == FileType.REGULAR;
    }

    public boolean isSymlink() {
        return type == FileType.SYMLINK;
    }

    /// The same file at another place.
    public FileEntry withPath(RawPath newPath) {
        return new FileEntry(
                newPath,
                type,
                mode,
                uid,
                gid,
                size,
                mtime,
                linkTarget,
                deviceMajor,
                deviceMinor,
                xattrs,
                hardlinkGroup);
    }

    public FileEntry withMode(int newMode) {
        return new FileEntry(
                path,
                type,
                newMode,
                uid,
                gid,
                size,
                mtime,
                linkTarget,
                deviceMajor,
                deviceMinor,
                xattrs,
                hardlinkGroup);
    }

    public FileEntry withOwner(int newUid, int newGid) {
        return new FileEntry(
                path,
                type,
                mode,
                newUid,
                newGid,
                size,
                mtime,
                linkTarget,
                deviceMajor,
                deviceMinor,
                xattrs,
                hardlinkGroup);
    }

    public FileEntry withMtime(Timespec newMtime) {
        return new FileEntry(
                path,
                type,
                mode,
                uid,
                gid,
                size,
                newMtime,
                linkTarget,
                deviceMajor,
                deviceMinor,
                xattrs,
                hardlinkGroup);
    }

    public FileEntry withXattrs(SortedMap<String, byte[]> newXattrs) {
        if (newXattrs.isEmpty() && xattrs.isEmpty()) {
            return this;
        }
        return new FileEntry(
                path,
                type,
                mode,
                uid,
                gid,
                size,
                mtime,
                linkTarget,
                deviceMajor,
                deviceMinor,
                newXattrs,
                hardlinkGroup);
    }

    /// The same file, taken as a name of the file that `group` numbers.
    public FileEntry withHardlinkGroup(long group) {
        return new FileEntry(
                path,
                type,
                mode,
                uid,
                gid,
                size,
                mtime,
                linkTarget,
                deviceMajor,
                deviceMinor,
                xattrs,
                group);
    }

    /// Whether mode, owner, time and extended attributes are the same: of a directory, whether it
    /// is unchanged.
    public boolean sameAttributes(FileEntry other) {
        return type == other.type
                && mode == other.mode
                && uid == other.uid
                && gid == other.gid
                && mtime.equals(other.mtime)
                && sameXattrs(xattrs, other.xattrs);
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof FileEntry other
                && path.equals(other.path)
                && sameAttributes(other)
                && size == other.size
                && Objects.equals(linkTarget, other.linkTarget)
                && deviceMajor == other.deviceMajor
                && deviceMinor == other.deviceMinor
                && hardlinkGroup == other.hardlinkGroup;
    }

    @Override
    public int hashCode() {
        return Objects.hash(path, type, mode, uid, gid, size, mtime, linkTarget);
    }

    static boolean sameXattrs(Map<String, byte[]> a, Map<String, byte[]> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (Map.Entry<String, byte[]> entry : a.entrySet()) {
            if (!Arrays.equals(entry.getValue(), b.get(entry.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
