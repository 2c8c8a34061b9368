package dev.slipway.build;

import dev.slipway.linux.RawPath;

import java.util.List;

/// One source of a COPY, or one match of its wildcard, and the files it stands for.
///
/// @param name the path it was found by: its last name is what a file is called at the destination
/// @param root what the path leads to after all links
/// @param files a single file, or of a directory all that is in it, in tree order, without itself
record SelectedSource(RawPath name, SourceFile root, List<SelectedFile> files) {
    boolean isDirectory() {
        return root.entry().isDirectory();
    }
}
