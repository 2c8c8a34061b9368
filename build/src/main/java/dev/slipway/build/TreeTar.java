package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarWriter;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// Writes the files of a tree as one tar, in a fixed order.
final class TreeTar {
    private final FileTree files;
    private final TarWriter tar;
    private final RawPath top;
    private final Map<Long, RawPath> links = new HashMap<>();

    /// @param top the directory in the tar that the files are put into; the root for none
    TreeTar(FileTree files, TarWriter tar, RawPath top) {
        this.files = files;
        this.tar = tar;
        this.top = top;
    }

    /// Writes the files; the tar is not finished.
    void writeContents() throws IOException {
        children(RawPath.ROOT);
    }

    private void children(RawPath directory) throws IOException {
        for (var child : files.children(directory)) {
            entry(child);
            if (child.isDirectory()) {
                children(child.path());
            }
        }
    }

    private void entry(FileEntry entry) throws IOException {
        if (entry.hardlinkGroup() != 0 && !entry.isDirectory()) {
            var first = links.putIfAbsent(entry.hardlinkGroup(), place(entry));
            if (first != null) {
                tar.begin(header(entry, TarEntry.Kind.HARD_LINK, 0, first));
                return;
            }
        }
        switch (entry.type()) {
            case REGULAR -> {
                tar.begin(header(entry, TarEntry.Kind.REGULAR, entry.size(), null));
                try (var in = files.open(entry)) {
                    tar.content(in);
                }
            }
            case DIRECTORY -> tar.begin(header(entry, TarEntry.Kind.DIRECTORY, 0, null));
            case SYMLINK -> tar.begin(header(entry, TarEntry.Kind.SYMLINK, 0, entry.linkTarget()));
            case CHARACTER_DEVICE ->
                    tar.begin(header(entry, TarEntry.Kind.CHARACTER_DEVICE, 0, null));
            case BLOCK_DEVICE -> tar.begin(header(entry, TarEntry.Kind.BLOCK_DEVICE, 0, null));
            case FIFO -> tar.begin(header(entry, TarEntry.Kind.FIFO, 0, null));
            case SOCKET -> {} // no tar can hold one
        }
    }

    private RawPath place(FileEntry entry) {
        var path = entry.path();
        return top.equals(RawPath.ROOT)
                ? path
                : RawPath.ofLatin1(top.latin1() + "/" + path.latin1());
    }

    private TarEntry header(
            FileEntry entry, TarEntry.Kind kind, long size, @Nullable RawPath linkTarget) {
        return new TarEntry(
                place(entry),
                kind,
                entry.mode(),
                entry.uid(),
                entry.gid(),
                size,
                entry.mtime(),
                linkTarget,
                entry.deviceMajor(),
                entry.deviceMinor(),
                entry.xattrs());
    }
}
