package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.linux.FileStat;

import org.jspecify.annotations.Nullable;

/// A file to copy from, and what the host knows of it.
///
/// @param stat null if it is no file of the host
/// @param digest the SHA-256 of the content, if an earlier build learnt it; not written to
@SuppressWarnings("ArrayRecordComponent") // compared by identity, never by value
record SourceFile(FileEntry entry, @Nullable FileStat stat, byte @Nullable [] digest) {
    static SourceFile of(FileEntry entry) {
        return new SourceFile(entry, null, null);
    }
}
