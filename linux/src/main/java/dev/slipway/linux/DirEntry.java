package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

/// One name in a directory.
///
/// @param type null if the file system does not tell without a stat
public record DirEntry(RawPath name, @Nullable FileType type, long inode) {}
