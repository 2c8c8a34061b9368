package dev.slipway.cli;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
import dev.slipway.image.MergedView;
import dev.slipway.lint.ImageFiles;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The files that layers of the store make, as linting looks at them. Read when first asked for;
/// what cannot be read is not known. Safe to share between threads.
final class LintImageFiles implements ImageFiles {
    private static final int MAX_TEXT_BYTES = 1 << 20;

    private final Layers layers;
    private @Nullable FileTree files;
    private boolean asked;

    LintImageFiles(Layers layers) {
        this.layers = layers;
    }

    /// Finds the layers, the lowest first.
    interface Layers {
        List<Layer> get() throws IOException;
    }

    // The view holds no descriptor of its own: it ends with the store.
    private synchronized @Nullable FileTree files() {
        if (!asked) {
            asked = true;
            try {
                files = MergedView.of(layers.get());
            } catch (IOException e) {
                files = null; // layers that are not here yet
            }
        }
        return files;
    }

    private static Optional<FileEntry> find(@Nullable FileTree tree, String path)
            throws IOException {
        return tree == null
                ? Optional.empty()
                : tree.resolve(RawPath.of(path.startsWith("/") ? path.substring(1) : path));
    }

    @Override
    public @Nullable Boolean exists(String path) {
        FileTree tree = files();
        try {
            return tree == null ? null : find(tree, path).isPresent();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public @Nullable String resolve(String path) {
        try {
            Optional<FileEntry> entry = find(files(), path);
            return entry.isEmpty() ? null : "/" + entry.get().path();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public @Nullable String read(String path) {
        FileTree tree = files();
        try {
            Optional<FileEntry> entry = find(tree, path);
            if (tree == null || entry.isEmpty() || entry.get().size() > MAX_TEXT_BYTES) {
                return null;
            }
            try (InputStream in = tree.open(entry.get())) {
                return new String(in.readNBytes(MAX_TEXT_BYTES), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public @Nullable Status status(String path) {
        try {
            Optional<FileEntry> found = find(files(), path);
            if (found.isEmpty()) {
                return null;
            }
            FileEntry entry = found.get();
            return new Status(
                    "/" + entry.path(), entry.isRegular(), entry.mode(), entry.uid(), entry.size());
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public byte[] head(String path, int most) {
        FileTree tree = files();
        try {
            Optional<FileEntry> entry = find(tree, path);
            if (tree == null || entry.isEmpty() || !entry.get().isRegular()) {
                return new byte[0];
            }
            try (InputStream in = tree.open(entry.get())) {
                return in.readNBytes(most);
            }
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
