package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// The tree a COPY takes from: a context, which knows the digests of what has not changed, or any
/// other.
sealed interface SourceTree {
    static SourceTree of(FileTree tree) {
        return tree instanceof BuildContext context ? new OfContext(context) : new OfTree(tree);
    }

    FileTree tree();

    /// The file at exactly `path`; null if there is none.
    @Nullable SourceFile lookup(RawPath path) throws IOException;

    List<SourceFile> children(RawPath directory) throws IOException;

    /// The content. Its end is reached without error only if the file is still as it was found.
    InputStream open(SourceFile file) throws IOException;

    /// The SHA-256 of the content, if it is known without reading it.
    byte @Nullable [] knownDigest(SourceFile file);

    /// Takes note of what was read.
    void remember(SourceFile file, byte[] sha256);

    /// Whether the times of its files are part of what is copied, and stay as they are.
    boolean keepsTimes();

    /// The pattern that hides `path` and where it stands; null if nothing hides it or it does not
    /// exist.
    @Nullable String hiddenBy(RawPath path) throws IOException;

    record OfContext(BuildContext tree) implements SourceTree {
        @Override
        public @Nullable SourceFile lookup(RawPath path) throws IOException {
            return tree.find(path);
        }

        @Override
        public List<SourceFile> children(RawPath directory) throws IOException {
            return tree.list(directory);
        }

        @Override
        public InputStream open(SourceFile file) throws IOException {
            return tree.openUnchanged(file);
        }

        @Override
        public byte @Nullable [] knownDigest(SourceFile file) {
            return file.stat() == null ? null : tree.statCache().digest(file.stat());
        }

        @Override
        public void remember(SourceFile file, byte[] sha256) {
            if (file.stat() != null) {
                tree.statCache().putDigest(file.stat(), sha256);
            }
        }

        @Override
        public boolean keepsTimes() {
            return tree.preserved().times();
        }

        @Override
        public @Nullable String hiddenBy(RawPath path) throws IOException {
            return tree.hiddenBy(path);
        }
    }

    record OfTree(FileTree tree) implements SourceTree {
        @Override
        public @Nullable SourceFile lookup(RawPath path) throws IOException {
            return tree.lookup(path).map(entry -> new SourceFile(entry, null)).orElse(null);
        }

        @Override
        public List<SourceFile> children(RawPath directory) throws IOException {
            List<SourceFile> files = new ArrayList<>();
            for (FileEntry entry : tree.children(directory)) {
                files.add(new SourceFile(entry, null));
            }
            return files;
        }

        @Override
        public InputStream open(SourceFile file) throws IOException {
            return tree.open(file.entry());
        }

        @Override
        public byte @Nullable [] knownDigest(SourceFile file) {
            return null;
        }

        @Override
        public void remember(SourceFile file, byte[] sha256) {}

        @Override
        public boolean keepsTimes() {
            return false;
        }

        @Override
        public @Nullable String hiddenBy(RawPath path) {
            return null;
        }
    }
}
