package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerChange;
import dev.slipway.image.LayerWriter;
import dev.slipway.image.Layers;
import dev.slipway.image.MergedView;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Makes one layer that changes what lies below as several did. It says nothing of what they put
/// and took away again, and removes only what is there to be removed.
final class LayerMerge {
    private final MergedView below;
    private final MergedView above;
    private final List<Layer> layers;
    private final Set<RawPath> put = new HashSet<>();
    private final Set<RawPath> hidden = new HashSet<>();
    private final Set<RawPath> emptied = new HashSet<>();
    private final TreeMap<RawPath, Change> changes = new TreeMap<>(RawPath::compareTree);
    private final Map<Long, RawPath> links = new HashMap<>();

    /// What the merged layer says of one place.
    ///
    /// @param entry null: what is there is removed
    /// @param opaque whether what lies below in the directory is hidden
    private record Change(@Nullable FileEntry entry, boolean opaque) {}

    private LayerMerge(MergedView below, MergedView above, List<Layer> layers) {
        this.below = below;
        this.above = above;
        this.layers = layers;
    }

    /// @param below what the layers lie upon, bottom first
    /// @param layers bottom first
    static Layer merge(Layers store, List<Layer> below, List<Layer> layers) throws IOException {
        try (var lower = MergedView.of(below);
                var upper = MergedView.of(layers);
                var writer = store.create()) {
            var merge = new LayerMerge(lower, upper, layers);
            merge.collect();
            merge.addFiles(RawPath.ROOT, below.isEmpty());
            if (!below.isEmpty()) {
                merge.addRemovals();
            }
            merge.write(writer);
            return writer.seal();
        }
    }

    private void collect() throws IOException {
        for (var layer : layers) {
            for (var change : layer.index().changes()) {
                switch (change) {
                    case LayerChange.Put(FileEntry entry) -> {
                        put.add(entry.path());
                        if (!entry.isDirectory()) {
                            hidden.add(entry.path());
                        }
                    }
                    case LayerChange.Remove(RawPath path) -> hidden.add(path);
                    case LayerChange.Hide(RawPath path) -> emptied.add(path);
                }
            }
        }
    }

    /// A directory that no layer says anything of stays implied where one lies below, whose
    /// attributes it keeps; elsewhere the layer makes it.
    ///
    /// @param apart whether nothing that lies below is seen in the directory
    private void addFiles(RawPath directory, boolean apart) throws IOException {
        var self = above.lookup(directory);
        boolean isMade =
                put.contains(directory)
                        || (!directory.isRoot() && (apart || !isDirectoryBelow(directory)));
        if (isMade && self.isPresent()) {
            changes.put(directory, new Change(self.get(), false));
        }
        for (var child : above.children(directory)) {
            var path = child.path();
            if (child.isDirectory()) {
                addFiles(path, apart || emptied.contains(path) || hidden.contains(path));
            } else {
                changes.put(path, new Change(child, false));
            }
        }
    }

    private boolean isDirectoryBelow(RawPath path) {
        var before = below.lookup(path);
        return before.isPresent() && before.get().isDirectory();
    }

    private void addRemovals() {
        for (var path : emptied) {
            var now = above.lookup(path);
            if (now.isPresent() && now.get().isDirectory() && below.lookup(path).isPresent()) {
                changes.put(path, new Change(now.get(), true));
            }
        }
        for (var path : hidden) {
            var before = below.lookup(path);
            if (before.isEmpty()) {
                continue;
            }
            var now = above.lookup(path);
            if (now.isEmpty()) {
                changes.put(path, new Change(null, false));
            } else if (now.get().isDirectory()) {
                changes.put(path, new Change(now.get(), before.get().isDirectory()));
            }
        }
    }

    private void write(LayerWriter writer) throws IOException {
        RawPath covered = null;
        for (var change : changes.entrySet()) {
            var path = change.getKey();
            var entry = change.getValue().entry();
            boolean isCovered = covered != null && path.startsWith(covered);
            if (entry == null) {
                if (!isCovered) {
                    writer.whiteout(path);
                    covered = path;
                }
                continue;
            }
            file(writer, entry);
            if (change.getValue().opaque() && !isCovered) {
                writer.opaque(path);
                covered = path;
            } else if (!entry.isDirectory() && !isCovered) {
                covered = path;
            }
        }
    }

    private void file(LayerWriter writer, FileEntry entry) throws IOException {
        if (entry.hardlinkGroup() != 0 && !entry.isDirectory()) {
            var first = links.putIfAbsent(entry.hardlinkGroup(), entry.path());
            if (first != null) {
                writer.hardLink(entry, first);
                return;
            }
        }
        if (!entry.isRegular() || entry.size() == 0) {
            writer.put(entry, null);
            return;
        }
        try (var content = above.open(entry)) {
            writer.put(entry, content);
        }
    }
}
