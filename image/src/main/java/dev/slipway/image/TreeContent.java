package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The content of files in a tree. Holes are not read but made up.
final class TreeContent {
    private static final int READ = OpenFlags.O_RDONLY | OpenFlags.O_NOFOLLOW;
    private static final long SPARSE_FROM_BYTES = 64 << 10;
    private static final int BLOCK = 512;

    private TreeContent() {}

    static InputStream open(Dir tree, RawPath path) throws IOException {
        Fd fd = tree.open(path, READ | OpenFlags.O_NONBLOCK, 0, Resolve.NO_SYMLINKS);
        boolean handedOver = false;
        try {
            FileStat stat = fd.stat();
            boolean sparse =
                    stat.size() >= SPARSE_FROM_BYTES && stat.blocks() * BLOCK < stat.size();
            InputStream in = sparse ? new SparseInput(fd, stat.size()) : fd.inputStream();
            handedOver = true;
            return in;
        } finally {
            if (!handedOver) {
                fd.close();
            }
        }
    }

    private static final class SparseInput extends BulkInput {
        private final Fd fd;
        private final long size;
        private long at;

        /// The data region that is here or next; both at the size behind the last.
        private long dataStart;

        private long dataEnd;

        SparseInput(Fd fd, long size) {
            this.fd = fd;
            this.size = size;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (at >= size) {
                return -1;
            }
            if (at >= dataEnd) {
                long data = fd.seekData(at);
                dataStart = data < 0 ? size : data;
                dataEnd = data < 0 ? size : fd.seekHole(data);
            }
            if (at < dataStart) {
                int zeros = (int) Math.min(length, dataStart - at);
                Arrays.fill(into, offset, offset + zeros, (byte) 0);
                at += zeros;
                return zeros;
            }
            int n = fd.readAt(into, offset, (int) Math.min(length, dataEnd - at), at);
            at += Math.max(n, 0);
            return n;
        }

        @Override
        public void close() {
            fd.close();
        }
    }
}
