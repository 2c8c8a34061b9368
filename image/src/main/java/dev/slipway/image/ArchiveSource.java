package dev.slipway.image;

import java.io.IOException;
import java.io.InputStream;

/// The files of an image archive, by name: relative, cleaned, `/` between the parts. Nothing of it
/// is trusted, and nothing is ever written under its names.
interface ArchiveSource extends AutoCloseable {
    /// Whether there is such a regular file.
    boolean has(String name) throws IOException;

    /// Returns its size in bytes.
    ///
    /// @throws InvalidImageException if there is none
    long size(String name) throws IOException;

    /// Opens it; unbuffered.
    ///
    /// @throws InvalidImageException if there is none
    InputStream open(String name) throws IOException;

    /// Reads a small file.
    default byte[] read(String name, int maxBytes) throws IOException {
        long size = size(name);
        if (size > maxBytes) {
            throw new InvalidImageException(
                    "the archive's "
                            + Texts.quote(name)
                            + " is longer than "
                            + maxBytes
                            + " bytes");
        }
        try (InputStream in = open(name)) {
            return in.readNBytes((int) size);
        }
    }

    @Override
    void close();
}
