package dev.slipway.distribution.storage;

import dev.slipway.distribution.BlobSource;
import dev.slipway.distribution.Parallel;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// A place for the blobs of a cache and the index that names them. Thread-safe; every method may
/// wait for a network, and ends when its thread is interrupted.
public interface BlobStorage extends AutoCloseable {
    /// What people call it; holds no secret.
    String name();

    /// The indexes that are there, those to prefer first; none if nothing was ever kept.
    ///
    /// @param maxBytes of one; a longer one is a failure
    List<byte[]> indexes(int maxBytes) throws IOException;

    /// Puts an index in place of the last.
    void putIndex(byte[] content) throws IOException;

    /// Whether it has a blob; one that it has is kept from growing too old.
    boolean has(Digest blob) throws IOException;

    /// Opens a blob. What comes is not verified, and may be longer than announced. The caller
    /// closes it.
    InputStream open(Descriptor blob) throws IOException;

    /// Keeps a blob.
    void put(BlobSource blob) throws IOException;

    /// How many blobs are sent at once.
    int width();

    /// Keeps those blobs that are missing.
    default void putMissing(List<BlobSource> blobs) throws IOException {
        var tasks = new ArrayList<Parallel.Task>();
        for (BlobSource blob : blobs) {
            tasks.add(() -> {
                if (!has(blob.descriptor().digest())) {
                    put(blob);
                }
            });
        }
        if (!tasks.isEmpty()) {
            Parallel.run(width(), tasks);
        }
    }

    @Override
    void close();
}
