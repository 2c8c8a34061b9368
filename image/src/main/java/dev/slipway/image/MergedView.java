package dev.slipway.image;

import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// The files of an image: its layers one over the other, as a mount of them would show them, from
/// their indexes alone. Nothing is unpacked.
///
/// OCI image-spec, `layer.md`: of two files the upper one counts; directories merge, and have the
/// attributes of the topmost layer that says what they are; a whiteout hides what is below its own
/// layer; so does everything under a directory that is opaque or replaced by something else.
public final class MergedView implements FileTree {
    private final List<Layer> layers;
    private final List<LayerIndex> indexes;
    private final Node root;
    private final Map<String, Node> directories = new ConcurrentHashMap<>();

    private MergedView(List<Layer> layers, List<LayerIndex> indexes) {
        this.layers = layers;
        this.indexes = indexes;
        this.root = rootNode();
    }

    /// The view of these layers, in the order of a manifest. They must outlive it.
    public static MergedView of(List<Layer> bottomFirst) throws IOException {
        List<LayerIndex> indexes = new ArrayList<>(bottomFirst.size());
        for (Layer layer : bottomFirst) {
            indexes.add(layer.index());
        }
        return new MergedView(List.copyOf(bottomFirst), indexes);
    }

    /// The records, by layer, that a name is made of: of a directory all that merge, topmost first;
    /// of any other file one.
    private static final class Node {
        private final int[] layers;
        private final int[] records;
        private final boolean directory;

        Node(int[] layers, int[] records, boolean directory) {
            this.layers = layers;
            this.records = records;
            this.directory = directory;
        }
    }

    @Override
    public Optional<FileEntry> lookup(RawPath path) {
        RawPath clean = path.normalize();
        Node node = node(clean.latin1());
        return node == null ? Optional.empty() : Optional.of(entry(node, clean));
    }

    @Override
    public List<FileEntry> children(RawPath directory) {
        Node node = node(directory.normalize().latin1());
        if (node == null || !node.directory) {
            return List.of();
        }
        List<FileEntry> children = new ArrayList<>();
        for (String path : childPaths(node)) {
            Node child = child(node, path);
            if (child != null) {
                children.add(entry(child, RawPath.ofLatin1(path)));
            }
        }
        return children;
    }

    @Override
    public InputStream open(FileEntry file) throws IOException {
        Node node = node(file.path().latin1());
        if (node == null || node.directory) {
            throw new NoSuchFileException(file.path().toString());
        }
        return layers.get(node.layers[0]).openFile(file.path());
    }

    /// Whether what the topmost layer that has this directory says of it is nothing.
    ///
    /// @return that layer, counted from the bottom; -1 if it does say, or there is no such
    ///   directory
    int impliedIn(RawPath directory) {
        Node node = node(directory.latin1());
        if (node == null || !node.directory || node.layers.length == 0) {
            return -1;
        }
        int topmost = node.layers[0];
        return indexes.get(topmost).isImplied(node.records[0]) ? topmost : -1;
    }

    @Override
    public void close() {
        directories.clear();
    }

    private Node rootNode() {
        Places places = new Places(layers.size());
        for (int layer = layers.size() - 1; layer >= 0; layer--) {
            places.add(layer, 0);
            if (indexes.get(layer).isOpaque(0)) {
                break;
            }
        }
        return places.node();
    }

    private @Nullable Node node(String path) {
        if (path.isEmpty()) {
            return root;
        }
        Node known = directories.get(path);
        if (known != null) {
            return known;
        }
        int slash = path.lastIndexOf('/');
        Node parent = node(slash < 0 ? "" : path.substring(0, slash));
        if (parent == null || !parent.directory) {
            return null;
        }
        Node node = child(parent, path);
        if (node != null && node.directory) {
            directories.put(path, node);
        }
        return node;
    }

    private @Nullable Node child(Node parent, String path) {
        Places places = new Places(parent.layers.length);
        for (int layer : parent.layers) {
            LayerIndex index = indexes.get(layer);
            int record = index.find(path);
            if (record < 0) {
                continue;
            }
            if (!index.isDirectory(record)) {
                boolean isTopmost = places.count == 0;
                return isTopmost && !index.isWhiteout(record)
                        ? new Node(new int[] {layer}, new int[] {record}, false)
                        : places.nodeOrNull();
            }
            places.add(layer, record);
            if (index.isOpaque(record)) {
                break;
            }
        }
        return places.nodeOrNull();
    }

    /// All names that some layer has in a directory, even if only to remove them, in order.
    private Iterable<String> childPaths(Node directory) {
        if (directory.layers.length == 1) {
            return childPaths(directory, 0);
        }
        TreeSet<String> all = new TreeSet<>();
        for (int i = 0; i < directory.layers.length; i++) {
            all.addAll(childPaths(directory, i));
        }
        return all;
    }

    private List<String> childPaths(Node directory, int place) {
        LayerIndex index = indexes.get(directory.layers[place]);
        int record = directory.records[place];
        List<String> paths = new ArrayList<>();
        for (int child = record + 1; child < index.end(record); child = index.end(child)) {
            paths.add(index.latin1(child));
        }
        return paths;
    }

    private FileEntry entry(Node node, RawPath path) {
        for (int i = 0; i < node.layers.length; i++) {
            LayerIndex index = indexes.get(node.layers[i]);
            if (!index.isImplied(node.records[i])) {
                FileEntry entry = index.entry(node.records[i]);
                long group = entry.hardlinkGroup();
                // A file has its names in one layer only.
                return group == 0
                        ? entry
                        : entry.withHardlinkGroup((node.layers[i] + 1L) << 32 | group);
            }
        }
        return FileEntry.directory(path, 0755);
    }

    /// Collects the places of a directory.
    private static final class Places {
        private final int[] layers;
        private final int[] records;
        private int count;

        Places(int max) {
            layers = new int[max];
            records = new int[max];
        }

        void add(int layer, int record) {
            layers[count] = layer;
            records[count++] = record;
        }

        Node node() {
            return new Node(Arrays.copyOf(layers, count), Arrays.copyOf(records, count), true);
        }

        @Nullable Node nodeOrNull() {
            return count == 0 ? null : node();
        }
    }
}
