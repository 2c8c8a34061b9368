package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Views of so many layers that not each is asked: they show what a view that asks each shows.
class ManyLayersTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int EACH_IS_ASKED = Integer.MAX_VALUE;
    private static final List<String> NAMES = List.of("a", "b", "c");

    @TempDir Path directory;
    private Store store;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(directory);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private Layer add(TestTar tar) throws IOException {
        byte[] bytes = tar.bytes();
        Digest diffId = Digest.sha256(bytes);
        return store.layers()
                .add(
                        new ByteArrayInputStream(bytes),
                        Descriptor.of(MediaTypes.OCI_LAYER, diffId, bytes.length),
                        diffId);
    }

    /// Changes at random places of a small tree, which meet often.
    private static TestTar random(Random random) {
        TestTar tar = new TestTar();
        for (int i = random.nextInt(3); i >= 0; i--) {
            StringBuilder path = new StringBuilder(name(random));
            for (int depth = random.nextInt(3); depth > 0; depth--) {
                path.append('/').append(name(random));
            }
            int slash = path.lastIndexOf("/") + 1;
            switch (random.nextInt(7)) {
                case 0, 1 -> tar.file(path.toString(), "content " + random.nextInt(9));
                case 2 -> tar.dir(path.toString(), random.nextInt(01000));
                case 3 -> tar.file(path.insert(slash, ".wh.").toString(), "");
                case 4 -> tar.file(path.append("/.wh..wh..opq").toString(), "");
                case 5 -> tar.symlink(path.toString(), "nowhere");
                default -> tar.file(path + "x", "one").link(path + "y", path + "x");
            }
        }
        return random.nextInt(40) == 0 ? tar.file(".wh..wh..opq", "") : tar;
    }

    private static String name(Random random) {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    private static List<String> shown(MergedView view) throws IOException {
        List<String> shown = new ArrayList<>();
        show(view, RawPath.ROOT, shown);
        for (String name : NAMES) {
            for (String inner : List.of("", "/a", "/b/c", "/a/b/c", "/bx")) {
                RawPath path = RawPath.of(name + inner);
                shown.add(path + " " + view.lookup(path) + " " + view.impliedIn(path));
            }
        }
        return shown;
    }

    private static void show(MergedView view, RawPath directory, List<String> shown)
            throws IOException {
        for (FileEntry entry : view.children(directory)) {
            String content = "";
            if (entry.isRegular()) {
                try (var in = view.open(entry)) {
                    content =
                            new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
                }
            }
            shown.add(entry + " " + content);
            show(view, entry.path(), shown);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void view_ofManyLayers_isThatOfEachAsked(long seed) throws IOException {
        Random random = new Random(seed);
        List<Layer> layers = new ArrayList<>();
        MergedView grown = MergedView.of(layers);
        for (int i = 0; i < 80; i++) {
            layers.add(add(random(random)));
            MergedView before = grown;
            grown = grown.with(layers.getLast());
            if (i % 7 == 0 || i > 60) {
                List<String> expected = shown(MergedView.of(layers, EACH_IS_ASKED));
                assertThat(shown(grown)).isEqualTo(expected);
                assertThat(shown(MergedView.of(layers, 0))).isEqualTo(expected);
            }
            if (i % 20 == 19) { // two layers on the same one: neither sees the other
                Layer other = add(random(random));
                List<Layer> fork = new ArrayList<>(layers.subList(0, i));
                fork.add(other);
                assertThat(shown(before.with(other)))
                        .isEqualTo(shown(MergedView.of(fork, EACH_IS_ASKED)));
                assertThat(shown(grown)).isEqualTo(shown(MergedView.of(layers, EACH_IS_ASKED)));
            }
        }
    }

    /// What is counted is memory, which does not depend on the machine as time does.
    @Test
    void with_costsWhatTheNewLayerHolds() throws IOException {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            layers.add(add(new TestTar().dir("d").file("d/f" + i, "")));
        }
        grow(layers, 200);
        long some = grow(layers, 1000);
        assertThat(grow(layers, 2000)).isLessThan(some * 5 / 2);
    }

    private static long grow(List<Layer> layers, int count) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        MergedView view = MergedView.of(List.of());
        for (int i = 0; i < count; i++) {
            view = view.with(layers.get(i % layers.size()));
            assertThat(view.lookup(RawPath.of("d/none")).isPresent()).isFalse();
            assertThat(view.lookup(RawPath.of("d")).isPresent()).isTrue();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
