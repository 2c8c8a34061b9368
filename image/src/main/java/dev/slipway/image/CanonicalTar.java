package dev.slipway.image;

import dev.slipway.image.tar.TarEncoder;
import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/// A layer in tree form, read as its canonical tar: the entries of the index in their order, the
/// content from the tree. The same index and tree give the same bytes.
final class CanonicalTar extends BulkInput {
    private final LayerIndex index;
    private final Dir tree;
    private int next;

    /// Headers, padding, end: what comes before `content`.
    private byte[] ready = {};

    private int readyAt;
    private @Nullable InputStream content;
    private @Nullable RawPath contentPath;
    private long contentLeft;
    private int padding;
    private boolean ended;

    /// @param tree closed with this stream
    CanonicalTar(LayerIndex index, Dir tree) {
        this.index = index;
        this.tree = tree;
    }

    /// Fills as much as it can, across entries, so that readers work in large pieces.
    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int n = some(into, at + done, length - done);
            if (n < 0) {
                return done == 0 ? -1 : done;
            }
            done += n;
        }
        return done;
    }

    @Override
    public void close() throws IOException {
        try (tree) {
            closeContent();
        }
    }

    private int some(byte[] into, int at, int length) throws IOException {
        while (readyAt == ready.length && content == null) {
            if (!advance()) {
                return -1;
            }
        }
        if (readyAt < ready.length) {
            int n = Math.min(length, ready.length - readyAt);
            System.arraycopy(ready, readyAt, into, at, n);
            readyAt += n;
            return n;
        }
        return contentBytes(into, at, length);
    }

    private int contentBytes(byte[] into, int at, int length) throws IOException {
        InputStream open = java.util.Objects.requireNonNull(content);
        int n = open.read(into, at, (int) Math.min(length, contentLeft));
        if (n < 0) {
            throw new IOException("/" + contentPath + ": the layer's tree was changed");
        }
        contentLeft -= n;
        if (contentLeft == 0) {
            closeContent();
            ready = new byte[padding];
            readyAt = 0;
        }
        return n;
    }

    private void closeContent() throws IOException {
        if (content != null) {
            content.close();
            content = null;
        }
    }

    private boolean advance() throws IOException {
        if (ended) {
            return false;
        }
        if (next == index.count()) {
            ready = TarEncoder.end();
            ended = true;
        } else {
            ready = headers(index, next);
            openContent(next);
            next++;
        }
        readyAt = 0;
        return true;
    }

    private void openContent(int record) throws IOException {
        if (!index.isRegular(record) || index.first(record) != record) {
            return;
        }
        long size = index.size(record);
        if (size > 0) {
            contentPath = index.path(record);
            content = TreeContent.open(tree, contentPath);
            contentLeft = size;
            padding = TarEncoder.padding(size);
        }
    }

    /// The header blocks of a record: none for an implied directory, two entries for an opaque one.
    static byte[] headers(LayerIndex index, int record) {
        byte[] own = {};
        if (index.isWhiteout(record)) {
            own = TarEncoder.header(LayerTar.whiteout(index.path(record)));
        } else if (!index.isImplied(record)) {
            FileEntry entry = index.entry(record);
            int first = index.first(record);
            own =
                    TarEncoder.header(
                            first == record
                                    ? LayerTar.file(entry)
                                    : LayerTar.hardLink(entry, index.path(first)));
        }
        if (!index.isOpaque(record)) {
            return own;
        }
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(own);
        both.writeBytes(TarEncoder.header(LayerTar.opaque(index.path(record))));
        return both.toByteArray();
    }

    /// The size of the whole tar, without reading any content.
    static long size(LayerIndex index) {
        long size = TarEncoder.end().length;
        for (int record = 0; record < index.count(); record++) {
            size += headers(index, record).length;
            if (index.isRegular(record) && index.first(record) == record) {
                long content = index.size(record);
                size += content + TarEncoder.padding(content);
            }
        }
        return size;
    }
}
