package dev.slipway.image;

import dev.slipway.linux.Fd;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/// A blob being written. Unbuffered: write in pieces of 64 KiB or more. Closing without [#commit]
/// discards it, unless it was begun with [Blobs#resume], which keeps what is there for the next
/// attempt. Not thread-safe.
public final class BlobWriter extends OutputStream {
    private static final int BUFFER = 128 << 10;

    /// After so many bytes the disk is set to work.
    private static final long WRITEBACK_BYTES = 16 << 20;

    private final Store store;
    private final Path temp;
    private final Fd fd;
    private final @Nullable FileLock lock;
    private MessageDigest sha256 = Digest.newSha256();
    private long size;
    private long onTheirWay;
    private @Nullable GrowingBlob growing;
    private @Nullable Digest ended;
    private boolean done;

    BlobWriter(Store store, Path temp) throws ImageException {
        this.store = store;
        this.temp = temp;
        this.lock = null;
        try {
            int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
            this.fd = Fd.open(temp, flags, 0644);
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "write a blob", e);
        }
    }

    /// Goes on with what an earlier attempt left in `partial`.
    ///
    /// @param lock that no other process writes there; closed with this
    BlobWriter(Store store, Path partial, FileLock lock) throws ImageException {
        this.store = store;
        this.temp = partial;
        this.lock = lock;
        try {
            this.fd = Fd.open(partial, OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0644);
        } catch (LinuxException e) {
            lock.close();
            throw StoreException.of(store.home(), "write a blob", e);
        }
        try (InputStream in = written()) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
                size += n;
            }
            fd.seek(size);
        } catch (IOException e) {
            fd.close();
            lock.close();
            throw StoreException.of(store.home(), "read part of a blob", e);
        }
    }

    /// Reads what was written so far, from its start.
    public InputStream written() throws IOException {
        return Files.newInputStream(temp);
    }

    /// Forgets what was written so far, for a new start.
    public void restart() throws ImageException {
        try {
            fd.truncate(0);
            fd.seek(0);
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "write a blob", e);
        }
        sha256 = Digest.newSha256();
        size = 0;
        onTheirWay = 0;
    }

    /// Shows what is written to others, while it is written. They close it.
    GrowingBlob growing() throws ImageException {
        try {
            growing = new GrowingBlob(temp);
            return growing;
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "read part of a blob", e);
        }
    }

    @Override
    public void write(int b) throws ImageException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws ImageException {
        try {
            fd.write(bytes, offset, length);
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "write a blob", e);
        }
        sha256.update(bytes, offset, length);
        size += length;
        if (growing == null && size - onTheirWay >= WRITEBACK_BYTES) {
            fd.startWriteback(onTheirWay, size - onTheirWay);
            onTheirWay = size;
        }
        if (growing != null) {
            growing.grew(size);
        }
    }

    /// Returns how many bytes were written.
    public long size() {
        return size;
    }

    /// Ends what follows it as it grows, so that it can be read to its end.
    ///
    /// @return the digest
    Digest end() throws ImageException {
        Digest found = ended != null ? ended : digest(null);
        ended = found;
        if (growing != null) {
            growing.end(found);
        }
        return found;
    }

    /// Makes the blob visible, for good.
    ///
    /// @param expected what its digest must be; null takes what it is, as SHA-256
    /// @param expectedSize in bytes; -1 if not known
    /// @throws InvalidImageException if digest or size are others; nothing becomes visible
    public Digest commit(@Nullable Digest expected, long expectedSize) throws ImageException {
        if (done) {
            throw new IllegalStateException("already committed");
        }
        if (expectedSize >= 0 && size != expectedSize) {
            throw new InvalidImageException(
                    "the blob has " + size + " bytes where " + expectedSize + " were announced");
        }
        Digest found = ended != null ? ended : digest(expected);
        if (expected != null && !expected.equals(found)) {
            throw new InvalidImageException(
                    "the blob announced as " + expected + " is in truth " + found);
        }
        if (growing != null) {
            growing.end(found);
        }
        try {
            fd.sync();
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "write the blob " + found, e);
        }
        store.blobs().adopt(temp, found);
        done = true;
        close();
        return found;
    }

    private Digest digest(@Nullable Digest expected) throws ImageException {
        if (expected == null || expected.algorithm().equals(Digest.SHA256)) {
            return Digest.of(sha256.digest());
        }
        MessageDigest other = expected.newCalculation();
        try (InputStream in = written()) {
            var buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                other.update(buffer, 0, n);
            }
        } catch (IOException e) {
            throw StoreException.of(store.home(), "read the blob " + expected, e);
        }
        return new Digest(expected.algorithm(), java.util.HexFormat.of().formatHex(other.digest()));
    }

    /// Discards the blob unless it was committed or is kept for another attempt. Idempotent.
    @Override
    public void close() {
        fd.close();
        if (growing != null) {
            growing.end(null);
        }
        if (!done) {
            done = true;
            if (lock == null || size == 0) {
                Store.discard(temp);
            }
        }
        if (lock != null) {
            lock.close();
        }
    }
}
