package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Where the content of a file that will be written comes from.
sealed interface PlannedContent {
    PlannedContent NONE = new OfBytes(new byte[0]);

    InputStream open() throws IOException;

    /// A file that is copied.
    record OfSource(SourceTree tree, SourceFile file) implements PlannedContent {
        @Override
        public InputStream open() throws IOException {
            return tree.open(file);
        }
    }

    /// A file that is there already, and gets another name.
    record OfTree(FileTree tree, FileEntry file) implements PlannedContent {
        @Override
        public InputStream open() throws IOException {
            return tree.open(file);
        }
    }

    /// A file out of an archive.
    record OfSpool(Spool spool, long offset, long size) implements PlannedContent {
        @Override
        public InputStream open() {
            return spool.open(offset, size);
        }
    }

    /// A file written in the Dockerfile, or an empty one. The array is not written to.
    @SuppressWarnings("ArrayRecordComponent") // compared by identity, never by value
    record OfBytes(byte[] bytes) implements PlannedContent {
        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }
}
