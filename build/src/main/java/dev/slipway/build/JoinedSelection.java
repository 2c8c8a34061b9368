package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.image.LayerWriter;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// What one ADD takes from several places, in order.
final class JoinedSelection implements CopySelection {
    private final CopySpec spec;
    private final List<CopySelection> parts;
    private final Path temporary;

    /// @param temporary a directory for what an archive holds while it is put in order
    JoinedSelection(CopySpec spec, List<CopySelection> parts, Path temporary) {
        this.spec = spec;
        this.parts = List.copyOf(parts);
        this.temporary = temporary;
    }

    @Override
    public String contentDigest() throws IOException, InterruptedException {
        KeyHash hash = new KeyHash("joined files");
        for (CopySelection part : parts) {
            hash.add(part.contentDigest());
        }
        return hash.hex();
    }

    @Override
    public long fileCount() {
        long count = 0;
        for (CopySelection part : parts) {
            count += part.fileCount();
        }
        return count;
    }

    @Override
    public void forEachFile(Consumer<InputFile> visitor) throws IOException, InterruptedException {
        for (CopySelection part : parts) {
            part.forEachFile(visitor);
        }
    }

    @Override
    public void addTo(CopyOperation copy) throws IOException, CopyException, InterruptedException {
        for (CopySelection part : parts) {
            part.addTo(copy);
        }
    }

    @Override
    public ContentDigests digests(SourceTree tree) {
        for (CopySelection part : parts) {
            if (part.isOf(tree)) {
                return part.digests(tree);
            }
        }
        throw new IllegalArgumentException("another tree");
    }

    @Override
    public boolean isOf(SourceTree tree) {
        return parts.stream().anyMatch(part -> part.isOf(tree));
    }

    @Override
    public void writeTo(LayerWriter layer, FileTree below, @Nullable Timespec latest)
            throws IOException, CopyException, InterruptedException {
        try (CopyOperation copy = new CopyOperation(spec, below, latest, temporary)) {
            addTo(copy);
            copy.writeTo(layer, this::digests);
        }
    }
}
