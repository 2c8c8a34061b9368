package dev.slipway.build;

import dev.slipway.linux.RawPath;

/// A file that is to be copied.
///
/// @param relative its path from the source that selected it; empty: the source itself
record SelectedFile(RawPath relative, SourceFile file) {}
