package dev.slipway.image;

import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarLimits;
import dev.slipway.image.tar.TarReader;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileType;
import dev.slipway.linux.Host;
import dev.slipway.linux.RawPath;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Writes a layer as a tree for overlayfs.
///
/// What is written is the index, not the archive: every name in it is already resolved, comes once
/// and has only directories above it, so that neither a link nor a replaced file can lead anywhere
/// else, and everything is opened without following links besides. The tar is read once, front to
/// back; small files are written by several threads. Directories get their attributes last, since
/// what is written into them changes their times.
final class TreeUnpacker {
    private static final int IMPLIED_MODE = 0755;
    private static final int UNFINISHED_MODE = 0700;
    private static final int MAX_THREADS = 4;

    private final LayerIndex index;
    private final Dir holder;
    private final RawPath name;

    private TreeUnpacker(LayerIndex index, Dir holder, RawPath name) {
        this.index = index;
        this.holder = holder;
        this.name = name;
    }

    /// Where the uncompressed tar comes from.
    @FunctionalInterface
    interface TarSource {
        InputStream open() throws IOException;
    }

    /// Makes the directory `name` in `holder` and in it the tree.
    ///
    /// @param tar opened only if the layer has content
    static void unpack(LayerIndex index, Dir holder, RawPath name, TarSource tar)
            throws IOException {
        holder.mkdir(name, UNFINISHED_MODE);
        new TreeUnpacker(index, holder, name).run(tar);
    }

    private void run(TarSource tar) throws IOException {
        try (TreeWriter writer = new TreeWriter(holder, name)) {
            int[] withContent = new int[index.count()];
            int count = 0;
            boolean sparse = false;
            for (int record = 1; record < index.count(); record++) {
                if (index.first(record) != record) {
                    continue;
                }
                if (!index.isRegular(record) || index.size(record) == 0) {
                    make(writer, record);
                } else if (index.isSparse(record)) {
                    sparse = true;
                } else {
                    withContent[count++] = record;
                }
            }
            if (count > 0) {
                content(tar, inTarOrder(Arrays.copyOf(withContent, count)));
            }
            if (sparse) {
                sparseFiles(tar, writer);
            }
            links(writer);
            directories(writer);
        }
    }

    private void make(TreeWriter writer, int record) throws IOException {
        if (index.isDirectory(record)) {
            writer.directory(index.path(record), UNFINISHED_MODE);
        } else if (index.isWhiteout(record)) {
            writer.whiteout(index.path(record));
        } else {
            FileEntry entry = index.entry(record);
            if (entry.type() == FileType.REGULAR) {
                writer.file(entry, new byte[0], 0, 0);
            } else {
                writer.special(entry);
            }
        }
    }

    private int[] inTarOrder(int[] records) {
        long[] offsets = new long[records.length];
        boolean sorted = true;
        for (int i = 0; i < records.length; i++) {
            offsets[i] = index.dataOffset(records[i]);
            sorted &= i == 0 || offsets[i] > offsets[i - 1];
        }
        if (sorted) {
            return records;
        }
        Integer[] order = new Integer[records.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Long.compare(offsets[a], offsets[b]));
        int[] result = new int[records.length];
        Arrays.setAll(result, i -> records[order[i]]);
        return result;
    }

    private void content(TarSource source, int[] records) throws IOException {
        int threads = Math.min(MAX_THREADS, Host.cpuCount());
        try (InputStream tar = source.open();
                UnpackQueue queue = new UnpackQueue(index, holder, name, threads)) {
            long position = 0;
            for (int record : records) {
                long offset = index.dataOffset(record);
                tar.skipNBytes(offset - position);
                queue.add(record, tar);
                position = offset + index.size(record);
            }
            queue.finish();
        } catch (EOFException e) {
            throw new ImageException("the layer's tar is shorter than its index says", null, e);
        }
    }

    /// Sparse files are few: a second pass over the tar, which finds them by their headers.
    private void sparseFiles(TarSource source, TreeWriter writer) throws IOException {
        Map<Long, Integer> byHeader = new HashMap<>();
        for (int record = 1; record < index.count(); record++) {
            if (index.isRegular(record) && index.isSparse(record) && index.size(record) > 0) {
                byHeader.putIfAbsent(index.dataOffset(record), index.first(record));
            }
        }
        try (TarReader tar = new TarReader(source.open(), TarLimits.DEFAULT)) {
            for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
                Integer record = tar.isSparse() ? byHeader.get(tar.headerOffset()) : null;
                if (record != null) {
                    writer.sparseFile(index.entry(record), tar);
                }
            }
        }
    }

    private void links(TreeWriter writer) throws IOException {
        for (int record = 1; record < index.count(); record++) {
            int first = index.first(record);
            if (first != record) {
                writer.link(index.path(first), index.path(record));
            }
        }
    }

    /// The attributes made up for a directory of which the layer says nothing.
    static FileEntry implied(RawPath directory) {
        return FileEntry.directory(directory, IMPLIED_MODE);
    }

    private void directories(TreeWriter writer) throws IOException {
        for (int record = index.count() - 1; record >= 0; record--) {
            if (index.isDirectory(record)) {
                FileEntry entry =
                        index.isImplied(record) ? implied(index.path(record)) : index.entry(record);
                writer.finishDirectory(entry, index.isOpaque(record));
            }
        }
    }
}
