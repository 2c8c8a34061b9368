package dev.slipway.image;

import dev.slipway.image.tar.TarEncoder;
import dev.slipway.linux.Dir;
import dev.slipway.linux.DirEntry;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/// Reads the upper directory of an overlay as the layer it is: kernel documentation,
/// `filesystems/overlayfs.rst`, "whiteouts and opaque directories".
final class UpperScan {
    private static final byte[] YES = {'y'};
    private static final int COMPARED_BYTES = 64 << 10;

    private final Dir upper;
    private final FileTree lower;
    private final LayerIndexWriter out = new LayerIndexWriter();
    private final Map<Long, Integer> firstOfInode = new HashMap<>();
    private long tarPosition;

    UpperScan(Dir upper, FileTree lower) {
        this.upper = upper;
        this.lower = lower;
    }

    LayerIndex scan() throws IOException {
        root();
        directory(RawPath.ROOT, false);
        return out.finish();
    }

    /// The root's own time changes with every name made in it, and nobody records that. So it is
    /// put back: where the tree shows another than the layers below say, each mount of it needs one
    /// more directory on top (LowerDirectories).
    private void root() throws IOException {
        SortedMap<String, byte[]> xattrs = upper.xattrs(RawPath.ROOT);
        requirePlain(RawPath.ROOT, xattrs);
        FileEntry entry = entry(upper, RawPath.ROOT, RawPath.ROOT, upper.stat(), xattrs);
        Optional<FileEntry> below = lower.lookup(RawPath.ROOT);
        FileEntry like = below.orElse(FileEntry.directory(RawPath.ROOT, 0755));
        if (!entry.withMtime(like.mtime()).sameAttributes(like)) {
            put(entry);
        } else if (below.isPresent() && !entry.mtime().equals(like.mtime())) {
            upper.setTimes(RawPath.ROOT, null, like.mtime());
        }
    }

    /// @param fresh whether nothing below shows through here
    private void directory(RawPath path, boolean fresh) throws IOException {
        try (Dir dir = upper.openDir(path, Resolve.NO_SYMLINKS)) {
            for (DirEntry name : dir.list()) {
                RawPath child = path.child(name.name());
                FileStat stat = dir.stat(name.name());
                if (stat.type() == FileType.SOCKET) {
                    continue;
                }
                Optional<FileEntry> below = fresh ? Optional.empty() : lower.lookup(child);
                if (isWhiteout(stat)) {
                    if (below.isPresent()) {
                        whiteout(child);
                    }
                    continue;
                }
                if (Whiteouts.isReserved(name.name())) {
                    throw new LayerException(
                            child, "no layer can hold a name that starts with " + Whiteouts.PREFIX);
                }
                SortedMap<String, byte[]> xattrs = dir.xattrs(name.name());
                requirePlain(child, xattrs);
                FileEntry entry = entry(dir, name.name(), child, stat, xattrs);
                if (entry.isDirectory()) {
                    subdirectory(entry, below, isOpaque(xattrs));
                } else {
                    file(entry, below);
                }
            }
        }
    }

    private void subdirectory(FileEntry entry, Optional<FileEntry> below, boolean opaque)
            throws IOException {
        boolean overDirectory = below.isPresent() && below.get().isDirectory();
        boolean hides = overDirectory && opaque;
        if (!overDirectory || hides || !below.get().sameAttributes(entry)) {
            put(entry);
        }
        if (hides) {
            tarPosition += TarEncoder.header(LayerTar.opaque(entry.path())).length;
            out.opaqueLast();
        }
        directory(entry.path(), opaque || !overDirectory);
    }

    private void file(FileEntry entry, Optional<FileEntry> below) throws IOException {
        long inode = entry.hardlinkGroup();
        Integer first = inode == 0 ? null : firstOfInode.get(inode);
        if (first != null) {
            tarPosition += TarEncoder.header(LayerTar.hardLink(entry, out.path(first))).length;
            out.putLink(entry.path(), first);
        } else if (inode != 0) {
            firstOfInode.put(inode, put(entry));
        } else if (below.isEmpty() || !isUnchanged(entry, below.get())) {
            put(entry);
        }
    }

    /// Whether a file was copied up, by being opened for writing say, and then left as it was.
    /// Times and size do not prove it.
    private boolean isUnchanged(FileEntry entry, FileEntry below) throws IOException {
        if (!entry.isRegular()
                || !entry.sameAttributes(below)
                || entry.size() != below.size()
                || below.hardlinkGroup() != 0) {
            return false;
        }
        try (InputStream a = TreeContent.open(upper, entry.path());
                InputStream b = lower.open(below)) {
            byte[] x = new byte[COMPARED_BYTES];
            byte[] y = new byte[COMPARED_BYTES];
            while (true) {
                int n = a.readNBytes(x, 0, x.length);
                if (n != b.readNBytes(y, 0, y.length) || !Arrays.equals(x, 0, n, y, 0, n)) {
                    return false;
                }
                if (n < x.length) {
                    return true;
                }
            }
        }
    }

    private int put(FileEntry entry) {
        tarPosition += TarEncoder.header(LayerTar.file(entry)).length;
        int record = out.put(entry, entry.isRegular() ? tarPosition : 0, false);
        tarPosition += entry.size() + TarEncoder.padding(entry.size());
        return record;
    }

    private void whiteout(RawPath path) {
        tarPosition += TarEncoder.header(LayerTar.whiteout(path)).length;
        out.whiteout(path);
    }

    private static boolean isWhiteout(FileStat stat) {
        return stat.type() == FileType.CHARACTER_DEVICE
                && stat.rdevMajor() == 0
                && stat.rdevMinor() == 0;
    }

    private static boolean isOpaque(SortedMap<String, byte[]> xattrs) {
        return Arrays.equals(xattrs.get(OverlayAttributes.TRUSTED_OPAQUE), YES)
                || Arrays.equals(xattrs.get(OverlayAttributes.USER_OPAQUE), YES);
    }

    /// Refuses what overlayfs keeps in another place than the one it shows it at.
    private static void requirePlain(RawPath path, SortedMap<String, byte[]> xattrs)
            throws LayerException {
        for (String name : xattrs.keySet()) {
            if (OverlayAttributes.isElsewhere(name)) {
                throw new LayerException(
                        path,
                        "overlayfs left it incomplete here ("
                                + name
                                + "): mount with redirect_dir=off and metacopy=off");
            }
        }
    }

    private static FileEntry entry(
            Dir dir, RawPath name, RawPath path, FileStat stat, SortedMap<String, byte[]> xattrs)
            throws IOException {
        return DirectoryTree.entry(dir, name, path, stat, KeptXattrs.of(xattrs));
    }
}
