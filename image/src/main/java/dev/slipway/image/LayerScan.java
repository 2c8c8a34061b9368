package dev.slipway.image;

import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarEntry.Kind;
import dev.slipway.image.tar.TarLimits;
import dev.slipway.image.tar.TarReader;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Works out what a layer's tar means, by putting its entries, in their order, into an empty tree
/// that exists in memory only. It is the one place where the names in an archive are resolved:
///
/// - a symbolic link on the way to a name is followed inside the layer, absolute ones from its root
///   (CVE-2026-42574: never on the host);
/// - a hard link's target is looked for inside the layer (CVE-2026-50163);
/// - a later entry replaces an earlier one of the same name, except that directories merge; what is
///   no directory gives way to one needed on the way to a name;
/// - whiteouts and opaque marks say something of the layers below only, wherever they stand.
final class LayerScan {
    private static final int MAX_LINKS = 255;
    private static final int MAX_PATH_BYTES = 4095;
    private static final int MAX_NAME_BYTES = 255;

    /// Work in following names, per entry allowed, before an archive is taken for an attack.
    private static final long STEPS_PER_ENTRY = 256;

    private final long maxNodes;
    private final long maxSteps;
    private final Node root = new Node("", null);

    /// AUFS keeps the data of hard links in files that are not part of the image.
    private final Map<RawPath, Inode> aufs = new HashMap<>();

    private long nodes = 1;
    private long steps;

    LayerScan(TarLimits limits) {
        maxNodes = limits.entries();
        maxSteps = maxNodes * STEPS_PER_ENTRY;
    }

    /// Reads an archive to the end of its stream.
    static LayerIndex read(TarReader tar, TarLimits limits) throws IOException {
        LayerScan scan = new LayerScan(limits);
        for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
            boolean sparse = tar.isSparse();
            scan.add(entry, sparse ? tar.headerOffset() : tar.dataOffset(), sparse);
        }
        tar.drain();
        return scan.finish();
    }

    /// Takes in the next entry.
    ///
    /// @param dataOffset as [LayerIndex#dataOffset]
    void add(TarEntry entry, long dataOffset, boolean sparse) throws IOException {
        RawPath path = entry.path();
        switch (Whiteouts.classify(path)) {
            case FILE -> put(entry, dataOffset, sparse);
            case WHITEOUT -> {
                RawPath removed = Whiteouts.removed(path);
                child(directory(removed.parent(), removed), removed).whiteout = true;
            }
            case OPAQUE -> directory(path.parent(), path).opaque = true;
            case AUFS -> {
                if (entry.kind() == Kind.REGULAR) {
                    aufs.put(path, new Inode(fileEntry(entry), dataOffset, sparse));
                }
            }
        }
    }

    LayerIndex finish() {
        LayerIndexWriter out = new LayerIndexWriter();
        emit(root, RawPath.ROOT, out);
        return out.finish();
    }

    private void put(TarEntry entry, long dataOffset, boolean sparse) throws IOException {
        RawPath path = entry.path();
        if (path.isRoot()) {
            if (entry.kind() != Kind.DIRECTORY) {
                throw new LayerException(path, "the root is no directory");
            }
            root.inode = new Inode(fileEntry(entry), 0, false);
            return;
        }
        if (entry.kind() == Kind.HARD_LINK) {
            link(entry);
            return;
        }
        Node node = child(directory(path.parent(), path), path);
        if (isOverlayWhiteout(entry)) {
            // On overlayfs this device cannot be told from a whiteout; so it is one.
            node.clear();
            node.whiteout = true;
            return;
        }
        if (entry.kind() != Kind.DIRECTORY || !node.isDirectory()) {
            node.clear();
        }
        node.inode = new Inode(fileEntry(entry), dataOffset, sparse);
    }

    private static boolean isOverlayWhiteout(TarEntry entry) {
        return entry.kind() == Kind.CHARACTER_DEVICE
                && entry.deviceMajor() == 0
                && entry.deviceMinor() == 0;
    }

    private void link(TarEntry entry) throws IOException {
        RawPath path = entry.path();
        RawPath target = Objects.requireNonNull(entry.linkTarget());
        Node existing = existing(target, path);
        Inode inode = aufs.get(target);
        if (inode == null && existing != null && !existing.isDirectory()) {
            inode = existing.inode;
        }
        if (inode == null) {
            throw new LayerException(
                    path, "a hard link to /" + target + ", which is no file in this layer");
        }
        Node node = child(directory(path.parent(), path), path);
        if (node != existing) { // a link to itself changes nothing
            node.clear();
            node.inode = inode;
        }
    }

    private @Nullable Node existing(RawPath target, RawPath subject) throws IOException {
        Node parent = walk(target.parent(), subject, false);
        return parent == null ? null : parent.get(target.name().latin1());
    }

    /// The directory at `path`, made where it is missing.
    private Node directory(RawPath path, RawPath subject) throws IOException {
        Node found = walk(path, subject, true);
        return Objects.requireNonNull(found);
    }

    /// @param subject the entry this is about, for errors
    /// @return null if it does not exist and is not to be made
    private @Nullable Node walk(RawPath path, RawPath subject, boolean make) throws IOException {
        Node at = root;
        int links = 0;
        Deque<String> pending = new ArrayDeque<>();
        push(pending, path);
        while (!pending.isEmpty()) {
            if (++steps > maxSteps) {
                throw new LayerException(subject, "following the names in this layer never ends");
            }
            String name = pending.removeFirst();
            if (name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                at = at.parent == null ? root : at.parent;
                continue;
            }
            Node next = make ? child(at, name, subject) : at.get(name);
            if (next == null) {
                return null;
            }
            RawPath target = next.inode == null ? null : next.inode.entry.linkTarget();
            if (target != null) {
                if (++links > MAX_LINKS) {
                    throw new LayerException(subject, "too many symbolic links on the way");
                }
                at = target.latin1().startsWith("/") ? root : at;
                push(pending, target);
                continue;
            }
            if (!next.isDirectory()) {
                if (!make) {
                    return null;
                }
                next.clear();
                next.children = new HashMap<>();
            }
            at = next;
        }
        return at;
    }

    private static void push(Deque<String> pending, RawPath path) {
        List<RawPath> names = path.names();
        for (int i = names.size() - 1; i >= 0; i--) {
            pending.addFirst(names.get(i).latin1());
        }
    }

    private Node child(Node directory, RawPath path) throws IOException {
        return child(directory, path.name().latin1(), path);
    }

    private Node child(Node directory, String name, RawPath subject) throws IOException {
        Node child = directory.get(name);
        if (child != null) {
            return child;
        }
        Node made = new Node(name, directory);
        if (name.length() > MAX_NAME_BYTES || made.pathBytes > MAX_PATH_BYTES) {
            throw new LayerException(subject, "a name of over 255, or a path of over 4095 bytes");
        }
        if (++nodes > maxNodes) {
            throw new LayerException(subject, "over " + maxNodes + " files and directories");
        }
        directory.add(made);
        return made;
    }

    private static void emit(Node node, RawPath path, LayerIndexWriter out) {
        Inode inode = node.inode;
        if (node.isDirectory() || node.parent == null) {
            if (inode == null) {
                out.implied(path);
            } else {
                out.put(inode.entry.withPath(path), 0, false);
            }
            // What is both removed and put is a directory that hides the one below.
            if (node.opaque || node.whiteout) {
                out.opaqueLast();
            }
            for (Node child : node.sortedChildren()) {
                emit(child, path.child(child.name), out);
            }
        } else if (inode != null) {
            if (inode.record < 0) {
                inode.record = out.put(inode.entry.withPath(path), inode.dataOffset, inode.sparse);
            } else {
                out.putLink(path, inode.record);
            }
        } else if (node.whiteout) {
            out.whiteout(path);
        }
    }

    private static FileEntry fileEntry(TarEntry entry) {
        FileType type =
                switch (entry.kind()) {
                    case REGULAR, HARD_LINK -> FileType.REGULAR;
                    case SYMLINK -> FileType.SYMLINK;
                    case CHARACTER_DEVICE -> FileType.CHARACTER_DEVICE;
                    case BLOCK_DEVICE -> FileType.BLOCK_DEVICE;
                    case DIRECTORY -> FileType.DIRECTORY;
                    case FIFO -> FileType.FIFO;
                };
        return new FileEntry(
                entry.path(),
                type,
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.size(),
                entry.mtime(),
                type == FileType.SYMLINK ? entry.linkTarget() : null,
                entry.deviceMajor(),
                entry.deviceMinor(),
                KeptXattrs.of(entry.xattrs()),
                0);
    }

    /// What several names may share.
    private static final class Inode {
        private final FileEntry entry;
        private final long dataOffset;
        private final boolean sparse;
        private int record = -1;

        Inode(FileEntry entry, long dataOffset, boolean sparse) {
            this.entry = entry;
            this.dataOffset = dataOffset;
            this.sparse = sparse;
        }
    }

    /// A name. It is a directory if its file is one, or if it has no file but children.
    private static final class Node {
        private final String name;
        private final @Nullable Node parent;
        private final int pathBytes;
        private @Nullable Map<String, Node> children;
        private @Nullable Inode inode;
        private boolean whiteout;
        private boolean opaque;

        Node(String name, @Nullable Node parent) {
            this.name = name;
            this.parent = parent;
            this.pathBytes = parent == null ? 0 : parent.pathBytes + name.length() + 1;
        }

        boolean isDirectory() {
            return inode == null ? children != null || opaque : inode.entry.isDirectory();
        }

        @Nullable Node get(String childName) {
            return children == null ? null : children.get(childName);
        }

        void add(Node child) {
            if (children == null) {
                children = new HashMap<>();
            }
            children.put(child.name, child);
        }

        /// Forgets what the layer had put here, but not what it says of the layers below.
        void clear() {
            children = null;
            inode = null;
        }

        List<Node> sortedChildren() {
            if (children == null) {
                return List.of();
            }
            List<Node> sorted = new ArrayList<>(children.values());
            sorted.sort((a, b) -> a.name.compareTo(b.name));
            return sorted;
        }
    }
}
