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
    private static final int FEW = 64;

    private final Layer[] layers;
    private final LayerIndex[] indexes;
    private final int count;
    private final Node root;
    private final Map<String, Node> directories = new ConcurrentHashMap<>();

    /// Who knows the layer to ask; null: there are few.
    private final @Nullable LayerPaths paths;

    private MergedView(Layer[] layers, LayerIndex[] indexes, int few) {
        this.layers = layers;
        this.indexes = indexes;
        this.count = layers.length;
        this.paths = count > few ? new LayerPaths(layers, indexes, count) : null;
        this.root = paths == null ? rootNode() : NOWHERE;
    }

    private MergedView(LayerPaths paths, int count) {
        this.layers = new Layer[0];
        this.indexes = new LayerIndex[0];
        this.count = count;
        this.paths = paths;
        this.root = NOWHERE;
    }

    /// The view of these layers, in the order of a manifest. They must outlive it.
    public static MergedView of(List<Layer> bottomFirst) throws IOException {
        return of(bottomFirst, FEW);
    }

    /// @param few up to so many layers each is asked for a path
    static MergedView of(List<Layer> bottomFirst, int few) throws IOException {
        Layer[] layers = bottomFirst.toArray(new Layer[0]);
        LayerIndex[] indexes = new LayerIndex[layers.length];
        for (int i = 0; i < layers.length; i++) {
            indexes[i] = layers[i].index();
        }
        return new MergedView(layers, indexes, few);
    }

    /// The view of one layer more, on top of these. On many layers that costs what the new one
    /// holds, however many there are.
    public MergedView with(Layer layer) throws IOException {
        LayerIndex index = layer.index();
        if (paths != null) {
            return new MergedView(paths.with(count, layer, index), count + 1);
        }
        Layer[] more = Arrays.copyOf(layers, count + 1);
        LayerIndex[] moreIndexes = Arrays.copyOf(indexes, count + 1);
        more[count] = layer;
        moreIndexes[count] = index;
        return new MergedView(more, moreIndexes, FEW);
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

    private static final Node NOWHERE = new Node(new int[0], new int[0], true);

    @Override
    public Optional<FileEntry> lookup(RawPath path) {
        RawPath clean = path.normalize();
        if (paths != null) {
            return Optional.ofNullable(paths.entry(clean.latin1(), count));
        }
        Node node = node(clean.latin1());
        return node == null ? Optional.empty() : Optional.of(entry(node, clean));
    }

    @Override
    public List<FileEntry> children(RawPath directory) {
        String clean = directory.normalize().latin1();
        List<FileEntry> children = new ArrayList<>();
        if (paths != null) {
            for (String path : paths.children(clean, count)) {
                FileEntry child = paths.entry(path, count);
                if (child != null) {
                    children.add(child);
                }
            }
            return children;
        }
        Node node = node(clean);
        if (node == null || !node.directory) {
            return List.of();
        }
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
        return holder(file.path()).openFile(file.path());
    }

    private Layer holder(RawPath file) throws NoSuchFileException {
        if (paths != null) {
            int number = paths.contentOf(file.latin1(), count);
            if (number >= 0) {
                return paths.layer(number);
            }
        } else {
            Node node = node(file.latin1());
            if (node != null && !node.directory) {
                return layers[node.layers[0]];
            }
        }
        throw new NoSuchFileException(file.toString());
    }

    /// Whether what the topmost layer that has this directory says of it is nothing.
    ///
    /// @return that layer, counted from the bottom; -1 if it does say, or there is no such
    ///   directory
    int impliedIn(RawPath directory) {
        if (paths != null) {
            return paths.impliedIn(directory.latin1(), count);
        }
        Node node = node(directory.latin1());
        if (node == null || !node.directory || node.layers.length == 0) {
            return -1;
        }
        int topmost = node.layers[0];
        return indexes[topmost].isImplied(node.records[0]) ? topmost : -1;
    }

    @Override
    public void close() {
        directories.clear();
    }

    private Node rootNode() {
        Places places = new Places(count);
        for (int layer = count - 1; layer >= 0; layer--) {
            places.add(layer, 0);
            if (indexes[layer].isOpaque(0)) {
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
            LayerIndex index = indexes[layer];
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
        return childPaths(indexes[directory.layers[place]], directory.records[place]);
    }

    static List<String> childPaths(LayerIndex index, int record) {
        List<String> paths = new ArrayList<>();
        for (int child = record + 1; child < index.end(record); child = index.end(child)) {
            paths.add(index.latin1(child));
        }
        return paths;
    }

    private FileEntry entry(Node node, RawPath path) {
        for (int i = 0; i < node.layers.length; i++) {
            LayerIndex index = indexes[node.layers[i]];
            if (!index.isImplied(node.records[i])) {
                return numbered(index.entry(node.records[i]), node.layers[i]);
            }
        }
        return FileEntry.directory(path, 0755);
    }

    /// A file has its names in one layer only.
    static FileEntry numbered(FileEntry entry, int layer) {
        long group = entry.hardlinkGroup();
        return group == 0 ? entry : entry.withHardlinkGroup((layer + 1L) << 32 | group);
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
