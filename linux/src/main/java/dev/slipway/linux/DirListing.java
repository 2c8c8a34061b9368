package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a directory holds.
///
/// @param entries all but `.` and `..`, sorted bytewise
/// @param snapshot the same, to compare the directory with later; null if it changed meanwhile
public record DirListing(List<DirStat> entries, @Nullable DirSnapshot snapshot) {}
