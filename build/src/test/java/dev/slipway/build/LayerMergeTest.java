package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerChange;
import dev.slipway.image.MergedView;
import dev.slipway.image.Store;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/// One layer that says what several did: over the same layers below, the same files are seen.
class LayerMergeTest {
    @TempDir Path directory;
    private Store store;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(directory.resolve("store"));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    /// What a layer does, a line each: `put PATH TEXT`, `dir PATH`, `rm PATH`, `hide PATH`.
    private Layer layer(String... lines) throws IOException {
        var changes = new TreeMap<RawPath, String[]>(RawPath::compareTree);
        for (var line : lines) {
            var words = line.split(" ", -1);
            changes.put(RawPath.of(words[1]), words);
        }
        try (var writer = store.layers().create()) {
            for (var change : changes.entrySet()) {
                var path = change.getKey();
                var words = change.getValue();
                switch (words[0]) {
                    case "rm" -> writer.whiteout(path);
                    case "put" -> {
                        var text = words[2].getBytes(StandardCharsets.UTF_8);
                        writer.put(
                                FileEntry.file(path, 0644, text.length),
                                new ByteArrayInputStream(text));
                    }
                    default -> {
                        writer.put(FileEntry.directory(path, Integer.parseInt(words[2], 8)), null);
                        if (words[0].equals("hide")) {
                            writer.opaque(path);
                        }
                    }
                }
            }
            return writer.seal();
        }
    }

    private static List<String> listing(List<Layer> layers) throws IOException {
        var lines = new ArrayList<String>();
        try (var view = MergedView.of(layers)) {
            list(view, RawPath.ROOT, lines);
        }
        return lines;
    }

    private static void list(FileTree view, RawPath at, List<String> lines) throws IOException {
        for (var child : view.children(at)) {
            if (child.isDirectory()) {
                lines.add(child.path() + "/ " + Integer.toOctalString(child.mode()));
                list(view, child.path(), lines);
            } else {
                try (var in = view.open(child)) {
                    lines.add(
                            child.path()
                                    + " "
                                    + new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
    }

    private List<String> changes(Layer layer) throws IOException {
        var lines = new ArrayList<String>();
        for (var change : layer.index().changes()) {
            lines.add(
                    switch (change) {
                        case LayerChange.Put put -> "put " + put.path();
                        case LayerChange.Remove remove -> "rm " + remove.path();
                        case LayerChange.Hide hide -> "hide " + hide.path();
                    });
        }
        return lines;
    }

    @Test
    void merge_putAndRemoved_leavesNoTrace() throws IOException {
        var below = List.of(layer("dir etc 755", "dir tmp 777", "put etc/old x"));
        var layers = List.of(layer("put tmp/a secret"), layer("rm tmp/a", "rm etc/old"));
        var merged = LayerMerge.merge(store.layers(), below, layers);
        assertThat(changes(merged)).containsExactly("rm etc/old");
    }

    @Test
    void merge_directoryRemovedAndMadeAnew_hidesWhatWasThere() throws IOException {
        var below = List.of(layer("dir d 755", "put d/old x", "dir d/sub 755"));
        var layers = List.of(layer("rm d"), layer("dir d 700", "put d/new y"));
        var merged = LayerMerge.merge(store.layers(), below, layers);
        assertThat(changes(merged)).containsExactly("put d", "hide d", "put d/new");
        assertThat(listing(List.of(below.getFirst(), merged))).containsExactly("d/ 700", "d/new y");
    }

    @Test
    void merge_directoryOnlyOnTheWay_keepsWhatItHasBelow() throws IOException {
        var below = List.of(layer("dir d 711"));
        var layers = List.of(layer("put d/a 1"), layer("put d/b 2"));
        var merged = LayerMerge.merge(store.layers(), below, layers);
        assertThat(changes(merged)).containsExactly("put d/a", "put d/b");
    }

    @Test
    void merge_directoryMadeByAWhiteoutAlone_staysVisible() throws IOException {
        var layers = List.of(layer("put d x"), layer("rm d/e"));
        var merged = LayerMerge.merge(store.layers(), List.of(), layers);
        assertThat(listing(List.of(merged))).isEqualTo(listing(layers)).containsExactly("d/ 755");
    }

    @Test
    void merge_ofAll_hasNoWhiteouts() throws IOException {
        var layers = List.of(layer("put a 1", "put b 2"), layer("rm a"));
        var merged = LayerMerge.merge(store.layers(), List.of(), layers);
        assertThat(changes(merged)).containsExactly("put b");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void merge_anyLayers_showTheSameFiles(long seed) throws IOException {
        var random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            var all = new ArrayList<Layer>();
            int below = random.nextInt(3);
            int count = below + 2 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                all.add(layer(lines(random)));
            }
            var lower = all.subList(0, below);
            var merged = LayerMerge.merge(store.layers(), lower, all.subList(below, count));
            var squashed = new ArrayList<>(lower);
            squashed.add(merged);
            assertThat(listing(squashed))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(listing(all));
        }
    }

    /// Changes of a few places that often meet; none under what the layer itself makes no
    /// directory.
    private static String[] lines(Random random) {
        var lines = new TreeMap<String, String>();
        var blocked = new ArrayList<String>();
        for (var path : List.of("a", "a/b", "a/b/c", "a/x", "d", "d/e", "f")) {
            if (random.nextInt(3) == 0
                    || blocked.stream().anyMatch(b -> path.startsWith(b + "/"))) {
                continue;
            }
            switch (random.nextInt(4)) {
                case 0 -> {
                    lines.put(path, "put " + path + " " + random.nextInt(100));
                    blocked.add(path);
                }
                case 1 -> {
                    lines.put(path, "rm " + path);
                    blocked.add(path);
                }
                case 2 -> lines.put(path, "hide " + path + " 75" + random.nextInt(8));
                default -> lines.put(path, "dir " + path + " 70" + random.nextInt(8));
            }
        }
        return lines.values().toArray(String[]::new);
    }
}
