package dev.slipway.image;

import dev.slipway.linux.Fd;

import java.io.IOException;
import java.io.InputStream;

/// Where the files of an image archive go. A name that is there already is passed over: it is
/// called by its digest.
interface ArchiveSink extends AutoCloseable {
    boolean has(String name) throws IOException;

    /// Adds a small file.
    void add(String name, byte[] content) throws IOException;

    /// Adds `size` bytes of a stream, which is not closed.
    void add(String name, long size, InputStream content) throws IOException;

    /// Adds all `size` bytes of a file.
    void add(String name, long size, Fd content) throws IOException;

    /// Ends the archive.
    void finish() throws IOException;

    @Override
    void close() throws IOException;
}
