package dev.slipway.image;

import dev.slipway.image.tar.TarEncoder;
import dev.slipway.linux.Fd;

/// A layer whose tar a new one takes files from, by the names and digests they have in common.
final class EarlierLayer implements AutoCloseable {
    private final LayerIndex index;
    private final ContentDigests digests;
    private final Fd tar;
    private int next;

    /// @param tar closed with this
    EarlierLayer(LayerIndex index, ContentDigests digests, Fd tar) {
        this.index = index;
        this.digests = digests;
        this.tar = tar;
    }

    Fd tar() {
        return tar;
    }

    /// The record of the file at the entry's path, if it has that content; -1 otherwise.
    int find(FileEntry entry, byte[] sha256) {
        String path = entry.path().latin1();
        // Mostly the one after the last: layers are written in the order of their index.
        int record =
                next < index.count() && index.latin1(next).equals(path) ? next : index.find(path);
        if (record < 0) {
            return -1;
        }
        next = record + 1;
        boolean same =
                index.isRegular(record)
                        && index.first(record) == record
                        && !index.isSparse(record)
                        && index.size(record) == entry.size()
                        && digests.is(record, sha256);
        return same ? record : -1;
    }

    /// Where the content of a record found starts in the tar.
    long start(int record) {
        return index.dataOffset(record);
    }

    /// Where the content ends, padding included.
    long end(int record) {
        long size = index.size(record);
        return index.dataOffset(record) + size + TarEncoder.padding(size);
    }

    /// Whether the header of `record`, which follows directly on the content of the record before,
    /// is that of `entry`.
    boolean hasHeader(int record, FileEntry entry) {
        if (!index.isRegular(record - 1) || index.first(record - 1) != record - 1) {
            return false;
        }
        FileEntry own = index.entry(record);
        return own.mode() == entry.mode()
                && own.uid() == entry.uid()
                && own.gid() == entry.gid()
                && own.mtime().equals(entry.mtime())
                && own.xattrs().isEmpty()
                && entry.xattrs().isEmpty();
    }

    @Override
    public void close() {
        tar.close();
    }
}
