package dev.slipway.build;

import dev.slipway.image.FileEntry;

import org.jspecify.annotations.Nullable;

/// A file as it will be in the layer.
///
/// @param inode files with the same one are names of one file; null: it has no other name
/// @param fresh of a directory: nothing of the layers below shows in it
/// @param replaces of a directory: it takes the place of one below, whose files must be hidden
record PlannedFile(
        FileEntry entry,
        PlannedContent content,
        @Nullable Object inode,
        boolean fresh,
        boolean replaces) {
    static PlannedFile directory(FileEntry entry, boolean fresh) {
        return new PlannedFile(entry, PlannedContent.NONE, null, fresh, false);
    }

    static PlannedFile file(FileEntry entry, PlannedContent content, @Nullable Object inode) {
        return new PlannedFile(entry, content, inode, false, false);
    }

    PlannedFile withInode(Object newInode) {
        return new PlannedFile(entry, content, newInode, fresh, replaces);
    }
}
