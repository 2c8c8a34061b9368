package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

/// The files of an image, as a container would see them. Paths are absolute.
public interface ImageFiles {
    /// What is known of a file.
    ///
    /// @param path where it really is, links followed
    /// @param mode the low twelve bits
    /// @param uid unsigned, though held in an int
    /// @param sizeBytes 0 for all but regular files
    record Status(String path, boolean regular, int mode, int uid, long sizeBytes) {}

    /// Returns whether there is something at a path, links followed; null if that is not known.
    @Nullable Boolean exists(String path);

    /// Returns the path behind all links; null if there is nothing or it is not known.
    @Nullable String resolve(String path);

    /// Returns a small text file; null if it is absent, too large or not known.
    @Nullable String read(String path);

    /// Returns what is at a path, links followed; null if there is nothing or it is not known.
    default @Nullable Status status(String path) {
        return null;
    }

    /// Returns the beginning of a regular file; empty if there is none or it is not known.
    ///
    /// @param most how many bytes at most
    default byte[] head(String path, int most) {
        return new byte[0];
    }
}
