package dev.slipway.image;

import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// A read-only tree of files. Paths are relative to its root, which is the empty path; they are
/// cleaned, and cannot lead out of it.
///
/// Safe for use by several threads.
public interface FileTree extends AutoCloseable {
    /// The file at exactly `path`; symbolic links are not followed, neither the last nor any
    /// before.
    Optional<FileEntry> lookup(RawPath path) throws IOException;

    /// What `directory` holds, sorted bytewise by name; empty if it is not a directory.
    List<FileEntry> children(RawPath directory) throws IOException;

    /// The content of a regular file of this tree. The caller closes it.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is no such regular file
    InputStream open(FileEntry file) throws IOException;

    /// The file `path` leads to when all symbolic links are followed, absolute ones from the root
    /// of this tree; empty if there is none.
    ///
    /// @throws java.nio.file.FileSystemLoopException after 255 links
    default Optional<FileEntry> resolve(RawPath path) throws IOException {
        return new LinkResolution(this).find(path);
    }

    /// `path` with the symbolic links in it replaced by what they lead to. What does not exist is
    /// kept as it stands, so that it can be made there.
    ///
    /// @param followLast whether the last name is followed too, if it is a link
    /// @throws java.nio.file.FileSystemLoopException after 255 links
    default RawPath resolvePath(RawPath path, boolean followLast) throws IOException {
        return new LinkResolution(this).path(path, followLast);
    }

    @Override
    void close() throws IOException;
}
