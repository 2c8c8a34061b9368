package dev.slipway.image;

import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Which of many layers has what at a path: what [MergedView] asks when there are so many that
/// looking into each of them is too much. Layers are only ever added, on top; a view of the lowest
/// of them is not disturbed by it. Thread-safe.
final class LayerPaths {
    private final Map<String, Places> paths = new HashMap<>();
    private Layer[] layers;
    private LayerIndex[] indexes;
    private int size;

    /// What the layers have at one path, as numbers of layers.
    private static final class Places {
        /// Those that say what is there: a file, a directory with attributes, or that nothing is.
        final Numbers said = new Numbers();

        /// Those that have the directory only because something is in it.
        @Nullable Numbers implied;

        /// Those that hide what the layers below them have here and beneath.
        @Nullable Numbers cuts;
    }

    /// Numbers in rising order.
    private static final class Numbers {
        private int[] values = new int[1];
        private int size;

        void add(int value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        /// The greatest below `limit`; -1 if there is none.
        int below(int limit) {
            int at = Arrays.binarySearch(values, 0, size, limit);
            int smaller = at < 0 ? -at - 1 : at;
            return smaller == 0 ? -1 : values[smaller - 1];
        }

        void addTo(Collection<Integer> all, int from, int limit) {
            for (int i = size - 1; i >= 0 && values[i] >= from; i--) {
                if (values[i] < limit) {
                    all.add(values[i]);
                }
            }
        }

        static int lastBelow(@Nullable Numbers numbers, int limit) {
            return numbers == null ? -1 : numbers.below(limit);
        }
    }

    /// Where a view finds what is at a path.
    ///
    /// @param layer the topmost that has it
    /// @param record in that layer
    /// @param from the lowest layer that has a say in it
    private record Found(int layer, int record, int from) {}

    /// @param count of the layers that are taken
    LayerPaths(Layer[] bottomFirst, LayerIndex[] indexes, int count) {
        this.layers = Arrays.copyOf(bottomFirst, count + 16);
        this.indexes = Arrays.copyOf(indexes, count + 16);
        this.size = count;
        for (int i = 0; i < count; i++) {
            note(i, indexes[i]);
        }
    }

    private void note(int layer, LayerIndex index) {
        for (int record = 0; record < index.count(); record++) {
            Places places = paths.computeIfAbsent(index.latin1(record), _ -> new Places());
            if (index.isImplied(record)) {
                places.implied = added(places.implied, layer);
            } else {
                places.said.add(layer);
            }
            if (!index.isDirectory(record) || index.isOpaque(record)) {
                places.cuts = added(places.cuts, layer);
            }
        }
    }

    private static Numbers added(@Nullable Numbers numbers, int layer) {
        Numbers all = numbers == null ? new Numbers() : numbers;
        all.add(layer);
        return all;
    }

    /// Puts a layer on the lowest `count`.
    ///
    /// @return these paths, or others if something else lies there already
    synchronized LayerPaths with(int count, Layer layer, LayerIndex index) {
        if (count < size) {
            return new LayerPaths(layers, indexes, count).with(count, layer, index);
        }
        if (size == layers.length) {
            layers = Arrays.copyOf(layers, size * 2);
            indexes = Arrays.copyOf(indexes, size * 2);
        }
        layers[size] = layer;
        indexes[size] = index;
        note(size, index);
        size++;
        return this;
    }

    synchronized Layer layer(int number) {
        return layers[number];
    }

    private @Nullable Found find(String path, int count) {
        Places places = paths.get(path);
        if (places == null) {
            return null;
        }
        int topmost = Math.max(places.said.below(count), Numbers.lastBelow(places.implied, count));
        int from = Math.max(0, Numbers.lastBelow(places.cuts, count));
        for (int end = path.length(); end > 0; ) {
            end = Math.max(0, path.lastIndexOf('/', end - 1));
            Places above = paths.get(path.substring(0, end));
            if (above != null) {
                from = Math.max(from, Numbers.lastBelow(above.cuts, count));
            }
        }
        if (topmost < from) {
            return null;
        }
        int record = indexes[topmost].find(path);
        return indexes[topmost].isWhiteout(record) ? null : new Found(topmost, record, from);
    }

    /// What a view of the lowest `count` layers has at a path; null: nothing.
    synchronized @Nullable FileEntry entry(String path, int count) {
        Found found = find(path, count);
        if (found == null) {
            return null;
        }
        Places places = paths.get(path);
        int said = places == null ? -1 : places.said.below(count);
        if (said >= found.from) {
            LayerIndex index = indexes[said];
            int record = index.find(path);
            if (said == found.layer || index.isDirectory(record)) {
                return MergedView.numbered(index.entry(record), said);
            }
        }
        return FileEntry.directory(RawPath.ofLatin1(path), 0755);
    }

    /// The layer that has the content of a file; -1 if there is no such file.
    synchronized int contentOf(String path, int count) {
        Found found = find(path, count);
        return found == null || indexes[found.layer].isDirectory(found.record) ? -1 : found.layer;
    }

    /// The topmost layer that has a directory, if it says nothing of it; else -1.
    synchronized int impliedIn(String path, int count) {
        Found found = find(path, count);
        return found != null && indexes[found.layer].isImplied(found.record) ? found.layer : -1;
    }

    /// The paths that some layer has in a directory, even if only to remove them, in order.
    synchronized List<String> children(String directory, int count) {
        Found found = find(directory, count);
        Places places = paths.get(directory);
        if (found == null || places == null || !indexes[found.layer].isDirectory(found.record)) {
            return List.of();
        }
        List<Integer> holders = new ArrayList<>();
        places.said.addTo(holders, found.from, count);
        if (places.implied != null) {
            places.implied.addTo(holders, found.from, count);
        }
        TreeSet<String> children = new TreeSet<>();
        for (int layer : holders) {
            LayerIndex index = indexes[layer];
            int record = index.find(directory);
            if (index.isDirectory(record)) {
                children.addAll(MergedView.childPaths(index, record));
            }
        }
        return List.copyOf(children);
    }
}
