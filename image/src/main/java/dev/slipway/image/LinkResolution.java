package dev.slipway.image;

import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Follows the symbolic links in a path inside a tree: path_resolution(7) with the tree's root as
/// `/`, so that neither an absolute link nor `..` leads out.
final class LinkResolution {
    private static final int MAX_LINKS = 255;

    private final FileTree tree;

    LinkResolution(FileTree tree) {
        this.tree = tree;
    }

    Optional<FileEntry> find(RawPath path) throws IOException {
        return tree.lookup(path(path, true));
    }

    RawPath path(RawPath path, boolean followLast) throws IOException {
        Deque<RawPath> pending = new ArrayDeque<>(path.names());
        RawPath done = RawPath.ROOT;
        int links = 0;
        while (!pending.isEmpty()) {
            RawPath name = pending.removeFirst();
            switch (name.latin1()) {
                case "." -> {}
                case ".." -> done = done.parent();
                default -> {
                    RawPath next = done.child(name);
                    RawPath target = pending.isEmpty() && !followLast ? null : target(next);
                    if (target == null) {
                        done = next;
                        continue;
                    }
                    if (++links > MAX_LINKS) {
                        throw new FileSystemLoopException(path.toString());
                    }
                    if (target.latin1().startsWith("/")) {
                        done = RawPath.ROOT;
                    }
                    List<RawPath> names = target.names();
                    for (int i = names.size() - 1; i >= 0; i--) {
                        pending.addFirst(names.get(i));
                    }
                }
            }
        }
        return done;
    }

    private @Nullable RawPath target(RawPath path) throws IOException {
        return tree.lookup(path).map(FileEntry::linkTarget).orElse(null);
    }
}
