package dev.slipway.cli;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileType;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Copies a part of an image into a directory of this machine: the first content of a volume.
final class TreeSeed {
    private static final int BUFFER_BYTES = 128 << 10;
    private static final int DIRECTORY_MODE = 0755;

    private final FileTree from;
    private final Dir into;
    private final RawPath root;
    private final Map<Long, RawPath> hardLinks = new HashMap<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /// @param root the directory to make in `into`
    TreeSeed(FileTree from, Dir into, RawPath root) {
        this.from = from;
        this.into = into;
        this.root = root;
    }

    /// Makes the root and fills it with what lies at `source`; links in that path are followed.
    ///
    /// @param source null for an empty directory
    void plant(@Nullable RawPath source) throws IOException {
        into.mkdir(root, DIRECTORY_MODE);
        Optional<FileEntry> start = source == null ? Optional.empty() : from.resolve(source);
        if (start.isPresent() && start.get().type() == FileType.DIRECTORY) {
            fill(start.get(), root);
        }
    }

    private void fill(FileEntry directory, RawPath target) throws IOException {
        for (FileEntry child : from.children(directory.path())) {
            RawPath path = target.child(child.path().name());
            if (child.type() == FileType.DIRECTORY) {
                into.mkdir(path, DIRECTORY_MODE);
                fill(child, path);
            } else {
                file(child, path);
            }
        }
        attributes(directory, target);
    }

    private void file(FileEntry file, RawPath path) throws IOException {
        RawPath first =
                file.hardlinkGroup() == 0
                        ? null
                        : hardLinks.putIfAbsent(file.hardlinkGroup(), path);
        if (first != null) {
            into.link(first, into, path);
            return;
        }
        switch (file.type()) {
            case REGULAR -> content(file, path);
            case SYMLINK -> {
                RawPath text = file.linkTarget();
                if (text != null) {
                    into.symlink(text, path);
                }
            }
            default ->
                    into.mknod(
                            path, file.type(), file.mode(), file.deviceMajor(), file.deviceMinor());
        }
        attributes(file, path);
    }

    private void content(FileEntry file, RawPath path) throws IOException {
        int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;
        try (InputStream in = from.open(file);
                Fd out = into.open(path, flags, 0600, Resolve.BENEATH)) {
            int count;
            while ((count = in.read(buffer)) > 0) {
                out.write(buffer, 0, count);
            }
        }
    }

    /// Owner first: changing it drops set-id bits and capabilities.
    private void attributes(FileEntry file, RawPath path) throws IOException {
        into.chown(path, file.uid(), file.gid());
        for (Map.Entry<String, byte[]> xattr : file.xattrs().entrySet()) {
            into.setXattr(path, xattr.getKey(), xattr.getValue());
        }
        if (file.type() != FileType.SYMLINK) {
            into.chmod(path, file.mode());
        }
        into.setTimes(path, file.mtime(), file.mtime());
    }
}
