package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.linux.FileStat;

import org.jspecify.annotations.Nullable;

/// A file to copy from, and what the host knows of it.
///
/// @param stat null if it is no file of the host
record SourceFile(FileEntry entry, @Nullable FileStat stat) {}
