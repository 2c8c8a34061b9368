package dev.slipway.base;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The packages' uncompressed data archives, kept open while a layer is written. Not for use by
/// several threads.
final class SpoolFiles implements RootTree.Spool, AutoCloseable {
    private final Map<Path, FileChannel> files = new HashMap<>();

    @Override
    public InputStream open(RootTree.Content.Spooled content) throws IOException {
        var file = files.get(content.archive());
        if (file == null) {
            file = FileChannel.open(content.archive());
            files.put(content.archive(), file);
        }
        return new Piece(file, content.offset(), content.size());
    }

    @Override
    public void close() throws IOException {
        for (var file : files.values()) {
            file.close();
        }
        files.clear();
    }

    private static final class Piece extends InputStream {
        private final FileChannel file;
        private long at;
        private long left;

        Piece(FileChannel file, long offset, long size) {
            this.file = file;
            this.at = offset;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int wanted = (int) Math.min(length, left);
            int n = file.read(ByteBuffer.wrap(into, offset, wanted), at);
            if (n > 0) {
                at += n;
                left -= n;
            }
            return n;
        }
    }
}
