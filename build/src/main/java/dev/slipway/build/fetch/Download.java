package dev.slipway.build.fetch;

import dev.slipway.linux.FileLock;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that was downloaded, as it lies in the cache.
///
/// @param directory which holds it under its name, alone
/// @param name of the file
/// @param sha256 of its content, in hex
/// @param bytes how many were transferred this time; 0: it was here already
/// @param room kept open while the file is in use
/// @param share says so to whoever would discard it
public record Download(
        Path directory, String name, String sha256, long bytes, CacheRoom room, FileLock share)
        implements AutoCloseable {
    public Path file() {
        return directory.resolve(name);
    }

    /// Where what it holds may be kept, if it is an archive: goes with it.
    public Path unpacked() {
        return directory.resolveSibling(directory.getFileName() + CacheRoom.UNPACKED);
    }

    @Override
    public void close() {
        share.close();
        room.close();
    }

    /// What was said of a file when it was downloaded: how to ask whether it changed.
    ///
    /// @param etag null if the server gave none
    /// @param modified the text of `Last-Modified`; null if the server gave none
    /// @param name what the server called it; null if it did not
    record Facts(
            String sha256,
            @Nullable String etag,
            @Nullable String modified,
            @Nullable String name) {

        private static final String MAGIC = "download 1";

        String text() {
            return String.join("\n", MAGIC, sha256, line(etag), line(modified), line(name), "");
        }

        /// An empty line for null: no value that counts is empty.
        private static String line(@Nullable String value) {
            return value == null ? "" : value.replace('\n', ' ').replace('\r', ' ');
        }

        /// Reads what [#text] wrote; null if it is anything else.
        static @Nullable Facts read(Path file) throws IOException {
            if (!Files.exists(file)) {
                return null;
            }
            String text = Files.readString(file);
            String[] lines = text.split("\n", -1);
            if (lines.length != 6 || !lines[0].equals(MAGIC) || lines[1].length() != 64) {
                return null;
            }
            return new Facts(lines[1], orNull(lines[2]), orNull(lines[3]), orNull(lines[4]));
        }

        private static @Nullable String orNull(String line) {
            return line.isEmpty() ? null : line;
        }
    }
}
