package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.image.LayerWriter;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.function.Consumer;

/// A selection known to be what it was in an earlier build, without having been looked for. The
/// files themselves are found when somebody wants them after all.
final class RememberedSelection implements CopySelection {
    private final SelectionMemory.Selected selected;
    private final Finding finding;
    private @Nullable CopySelection found;

    /// Looks for the files.
    interface Finding {
        CopySelection find() throws IOException, CopyException, InterruptedException;
    }

    RememberedSelection(SelectionMemory.Selected selected, Finding finding) {
        this.selected = selected;
        this.finding = finding;
    }

    @Override
    public String contentDigest() {
        return selected.digest();
    }

    @Override
    public long fileCount() {
        return selected.fileCount();
    }

    @Override
    public void forEachFile(Consumer<InputFile> visitor) throws IOException, InterruptedException {
        try {
            found().forEachFile(visitor);
        } catch (CopyException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void addTo(CopyOperation copy) throws IOException, CopyException, InterruptedException {
        found().addTo(copy);
    }

    /// Of no tree until its files were looked for, as they are before any is copied.
    @Override
    public synchronized boolean isOf(SourceTree tree) {
        return found != null && found.isOf(tree);
    }

    @Override
    public synchronized ContentDigests digests(SourceTree tree) {
        if (found == null) {
            throw new IllegalArgumentException("not selected from this tree");
        }
        return found.digests(tree);
    }

    @Override
    public void writeTo(LayerWriter layer, FileTree below, @Nullable Timespec latest)
            throws IOException, CopyException, InterruptedException {
        found().writeTo(layer, below, latest);
    }

    private synchronized CopySelection found()
            throws IOException, CopyException, InterruptedException {
        if (found == null) {
            CopySelection now = finding.find();
            if (!now.contentDigest().equals(selected.digest())) {
                throw new CopyException(
                        "the build context changed while it was being read",
                        "build again once nothing writes to it");
            }
            found = now;
        }
        return found;
    }
}
