package dev.slipway.image;

import dev.slipway.image.tar.TarEncoder;
import dev.slipway.linux.Fd;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;

/// A layer whose tar a new one takes files from, by the names and digests they have in common.
final class EarlierLayer implements AutoCloseable {
    private final LayerIndex index;
    private final ContentDigests digests;
    private final @Nullable Midstates midstates;
    private final Fd tar;
    private final ByteCursor body;
    private int next;
    private int headLength;
    private long offset;

    /// @param tar closed with this
    EarlierLayer(LayerIndex index, ContentDigests digests, @Nullable Midstates midstates, Fd tar) {
        this.index = index;
        this.digests = digests;
        this.midstates = midstates;
        this.tar = tar;
        this.body = new ByteCursor(index.array(), 0);
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

    /// The record that is a file of a list, content and all; -1 if there is none. If there is, the
    /// further methods on *the record found* tell more of it.
    int find(FileList files, int file) {
        int record = next;
        if (record >= index.count() || !files.isAt(file, index, record)) {
            record = index.find(files.latin1(file));
            if (record < 0 || !files.isAt(file, index, record)) {
                return -1;
            }
        }
        body.moveTo(index.bodyStart(record) + 1);
        if (!files.hasAttributes(file, body)
                || (files.size(file) > 0 && !files.hasContent(file, digests, record))) {
            return -1;
        }
        headLength = body.position() - index.bodyStart(record);
        offset = files.isRegular(file) ? body.varint64() : 0;
        next = record + 1;
        return record;
    }

    /// The data offset of the record found.
    long foundOffset() {
        return offset;
    }

    /// The length of what the body of the record found has before its data offset.
    int foundHeadLength() {
        return headLength;
    }

    LayerIndex index() {
        return index;
    }

    ContentDigests digests() {
        return digests;
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
        return index.isRegular(record - 1)
                && index.first(record - 1) == record - 1
                && index.hasPlainAttributes(record, entry);
    }

    /// What the digest of the tar had come to on its way; null if that is not known.
    @Nullable Midstates midstates() {
        return midstates;
    }

    /// Whether the tar has these bytes at `position`.
    boolean has(long position, byte[] bytes, int offset, int length) throws IOException {
        byte[] own = new byte[length];
        int done = 0;
        while (done < length) {
            int count = tar.readAt(own, done, length - done, position + done);
            if (count < 0) {
                return false;
            }
            done += count;
        }
        return Arrays.equals(own, 0, length, bytes, offset, offset + length);
    }

    @Override
    public void close() {
        tar.close();
    }
}
