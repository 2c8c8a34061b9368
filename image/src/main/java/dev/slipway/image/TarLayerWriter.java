package dev.slipway.image;

import dev.slipway.image.tar.TarEncoder;
import dev.slipway.image.tar.TarWriter;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileType;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Objects;

/// Writes a layer's tar into a temporary directory, its index and digest on the way.
final class TarLayerWriter implements LayerWriter {
    /// What is copied at once: little enough to be in the processor's cache when it is digested.
    private static final long PIECE_BYTES = 1 << 20;

    /// What is worth an order to the disk.
    private static final long AHEAD_BYTES = 8 << 20;

    private final StoredLayers layers;
    private final Path temp;
    private final Fd file;
    private final ParallelDigest digest = new ParallelDigest();
    private final Writeback onDisk = new Writeback();
    private final TarWriter tar;
    private final LayerIndexWriter index = new LayerIndexWriter();
    private final ContentDigests contents = new ContentDigests();
    private final @Nullable EarlierLayer earlier;
    private @Nullable RawPath openDirectory;
    private boolean closed;

    /// Whether all that was written is how the earlier layer's tar begins. It is not digested yet.
    private boolean isPrefix;

    private final @Nullable RangeCopier copier;

    /// A range of the earlier layer's tar that is still to be copied; empty if the ends are equal.
    private long copyFrom;

    private long copyTo;

    /// The earlier layer's record that the range ends with; -1 if something else was written after
    /// it.
    private int copiedRecord = -1;

    /// @param earlier what to [#reuse] files of; closed with this
    TarLayerWriter(StoredLayers layers, Path temp, @Nullable EarlierLayer earlier)
            throws IOException {
        this.layers = layers;
        this.earlier = earlier;
        this.temp = temp;
        this.file =
                Fd.open(
                        temp.resolve(LayerDirectory.TAR),
                        OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL,
                        0644);
        this.copier = earlier == null ? null : new RangeCopier(earlier.tar(), file);
        this.tar = new TarWriter(new DigestedFile());
        this.isPrefix = earlier != null && earlier.midstates() != null;
    }

    /// Has the disk begin with what was written. The store is synced at the end of a build, which
    /// would else wait for all of it.
    private final class Writeback {
        private long started;
        private long end;

        void written(long bytes) {
            end += bytes;
            if (end - started >= AHEAD_BYTES) {
                file.startWriteback(started, end - started);
                started = end;
            }
        }

        /// Says that the next bytes are written by somebody who sees to it.
        void skip(long bytes) {
            end += bytes;
            started = end;
        }
    }

    private final class DigestedFile extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!isPrefix || !earlier().has(onDisk.end, bytes, offset, length)) {
                endPrefix();
                digest.update(bytes, offset, length); // a copy goes to the digest's thread
            }
            file.writeAt(bytes, offset, length, onDisk.end);
            onDisk.written(length);
        }
    }

    @Override
    public void put(FileEntry entry, @Nullable InputStream content) throws IOException {
        if (content == null && entry.size() > 0) {
            throw new IllegalArgumentException(entry.path() + ": content is missing");
        }
        begin(entry);
        if (content != null) {
            tar.content(content);
        }
        openDirectory = entry.isDirectory() ? entry.path() : null;
    }

    /// What is digested is read from the tar, so that the digest is that of the tar even if
    /// somebody writes to the file at this moment.
    @Override
    public void put(FileEntry entry, Fd content, @Nullable MessageDigest also) throws IOException {
        begin(entry);
        openDirectory = null;
        tar.flush();
        endPrefix();
        long size = entry.size();
        for (long done = 0; done < size; done += Math.min(PIECE_BYTES, size - done)) {
            long piece = Math.min(PIECE_BYTES, size - done);
            long at = tar.position();
            file.writeAt(content, done, piece, at);
            digest.update(file, at, piece, also);
            tar.contentWritten(piece);
            onDisk.written(piece);
        }
        if (also != null) {
            digest.await();
        }
    }

    private void begin(FileEntry original) throws IOException {
        FileEntry entry = original.withXattrs(KeptXattrs.of(original.xattrs()));
        requireFree(entry.path());
        if (entry.type() == FileType.SOCKET) {
            throw new LayerException(entry.path(), "a socket cannot be in a layer");
        }
        copy();
        tar.begin(LayerTar.file(entry));
        index.put(entry, entry.isRegular() ? tar.position() : 0, false);
    }

    @Override
    public void contentDigest(byte[] sha256) {
        contents.set(index.count() - 1, sha256);
    }

    /// Files that follow each other in both layers, headers and all, are copied as one range.
    @Override
    public boolean reuse(FileEntry original, byte[] sha256) throws IOException {
        FileEntry entry = original.withXattrs(KeptXattrs.of(original.xattrs()));
        int record = earlier == null || entry.size() == 0 ? -1 : earlier.find(entry, sha256);
        if (earlier == null || record < 0) {
            return false;
        }
        boolean follows = isNext(record) && earlier.hasHeader(record, entry);
        requireFree(entry.path());
        if (!follows) {
            copy();
            tar.begin(LayerTar.file(entry));
            copyFrom = earlier.start(record);
        }
        index.put(entry, tar.position() + earlier.start(record) - copyFrom, false);
        contents.set(index.count() - 1, sha256);
        copyTo = earlier.end(record);
        taken(record);
        return true;
    }

    private boolean isNext(int record) {
        return copiedRecord >= 0 && record == copiedRecord + 1;
    }

    /// Notes that the range to be copied ends with a record now. A long one is begun with.
    private void taken(int record) throws IOException {
        if (copyTo - copyFrom >= AHEAD_BYTES) {
            copy();
        }
        copiedRecord = record;
        openDirectory = null;
    }

    @Override
    public boolean isLikeAnother() {
        return earlier != null;
    }

    @Override
    public int reuse(FileList files, int from) throws IOException {
        if (earlier == null) {
            return from;
        }
        int file = from;
        while (file < files.count()) {
            int record = earlier.find(files, file);
            if (record < 0) {
                break;
            }
            take(earlier, record, files, file);
            file++;
        }
        return file;
    }

    /// Directories and links go into the range to be copied too. The tar that they are taken from
    /// is canonical, so how long their headers are need not be looked for.
    private void take(EarlierLayer like, int record, FileList files, int file) throws IOException {
        boolean follows = isNext(record);
        boolean regular = files.isRegular(file);
        if (!follows && !regular) {
            put(files.entry(file), null);
            return;
        }
        if (!follows) {
            copy();
            tar.begin(LayerTar.file(files.entry(file)));
            copyFrom = like.foundOffset();
        }
        long offset = regular ? tar.position() + like.foundOffset() - copyFrom : 0;
        int added = index.putLike(like.index(), record, like.foundHeadLength(), offset, follows);
        if (files.size(file) > 0) {
            contents.copy(added, like.digests(), record);
        }
        copyTo =
                regular
                        ? like.foundOffset()
                                + files.size(file)
                                + TarEncoder.padding(files.size(file))
                        : copyTo + TarEncoder.header(LayerTar.file(files.entry(file))).length;
        taken(record);
    }

    private EarlierLayer earlier() {
        return Objects.requireNonNull(earlier);
    }

    /// Begins to digest, behind what both layers have in common.
    private void endPrefix() throws IOException {
        if (!isPrefix) {
            return;
        }
        isPrefix = false;
        long bytes = onDisk.end;
        Midstates states = Objects.requireNonNull(earlier().midstates());
        int steps = (int) Math.min(states.count(), bytes / Midstates.STEP_BYTES);
        boolean resumed = steps > 0 && digest.resume(states, steps);
        long known = resumed ? (long) steps * Midstates.STEP_BYTES : 0;
        if (bytes > known) { // the same bytes as ours, which may not be written yet
            digest.update(earlier().tar(), known, bytes - known);
        }
    }

    /// Has the range copied that is still to be, and begins a new one.
    private void copy() throws IOException {
        long length = copyTo - copyFrom;
        copiedRecord = -1;
        if (copier == null || length == 0) {
            return;
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while copying");
        }
        tar.flush();
        if (!isPrefix || copyFrom != tar.position()) {
            endPrefix();
            digest.update(earlier().tar(), copyFrom, length);
        }
        copier.copy(copyFrom, length, tar.position());
        onDisk.skip(length);
        tar.written(length);
        copyFrom = copyTo;
    }

    @Override
    public void hardLink(FileEntry entry, RawPath existing) throws IOException {
        requireFree(entry.path());
        int first = index.findFile(existing);
        if (first < 0) {
            throw new IllegalArgumentException(existing + " is no file of this layer");
        }
        copy();
        tar.begin(LayerTar.hardLink(entry, index.path(first)));
        index.putLink(entry.path(), first);
        openDirectory = null;
    }

    @Override
    public void whiteout(RawPath path) throws IOException {
        requireFree(path);
        index.whiteout(path);
        copy();
        tar.begin(LayerTar.whiteout(path));
        openDirectory = null;
    }

    @Override
    public void opaque(RawPath directory) throws IOException {
        RawPath last = openDirectory;
        if (last == null || !last.equals(directory)) {
            throw new IllegalArgumentException(directory + " was not put just before");
        }
        tar.begin(LayerTar.opaque(directory));
        index.opaqueLast();
        openDirectory = null;
    }

    @Override
    public long size() {
        return tar.position() + copyTo - copyFrom;
    }

    @Override
    public Layer seal() throws IOException {
        if (closed) {
            throw new IllegalStateException("the layer is sealed or closed");
        }
        copy();
        tar.finish();
        endPrefix();
        if (copier != null) {
            copier.finish();
        }
        Digest diffId = digest.finish();
        LayerIndex finished = index.finish();
        file.close();
        if (!contents.isEmpty()) {
            Files.write(temp.resolve(LayerDirectory.CONTENTS), contents.toBytes());
            if (digest.midstates().count() > 0) {
                byte[] states = digest.midstates().toBytes();
                Files.write(temp.resolve(LayerDirectory.MIDSTATES), states);
            }
        }
        LayerRecord record =
                layers.newRecord(tar.position(), finished, LayerRecord.Origin.TAR, null);
        Layer layer = layers.install(temp, diffId, record, finished);
        close();
        return layer;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            digest.close();
            if (copier != null) {
                copier.close();
            }
            file.close();
            if (earlier != null) {
                earlier.close();
            }
            StoredLayers.discard(temp);
        }
    }

    private static void requireFree(RawPath path) throws LayerException {
        if (Whiteouts.isReserved(path.name())) {
            throw new LayerException(
                    path, "no layer can hold a name that starts with " + Whiteouts.PREFIX);
        }
    }
}
