package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.build.CopyFixture.Spec;
import dev.slipway.image.Digest;
import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerWriter;
import dev.slipway.image.MergedView;
import dev.slipway.image.Store;
import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/// A COPY that takes what did not change from memory and from the layer before makes what one makes
/// that knows nothing.
class IncrementalCopyTest {
    private static final Timespec EPOCH = new Timespec(1_700_000_000, 0);

    @TempDir Path temp;
    private CopyFixture fixture;
    private Store store;
    private Store other;
    private final Map<String, Digest> last = new HashMap<>();
    private int listed;

    @BeforeEach
    void open() throws Exception {
        fixture = new CopyFixture(temp);
        store = Store.open(temp.resolve("store"));
        other = Store.open(temp.resolve("other"));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        other.close();
    }

    /// A kind of COPY.
    private record Kind(String name, Spec spec, @Nullable Timespec latest, boolean onFiles) {}

    private static List<Kind> kinds() {
        return List.of(
                new Kind("all", Spec.of(".", "/app/"), null, false),
                new Kind("link", Spec.of(".", "/a/b").link().chown("7:8"), null, true),
                new Kind("below", Spec.of("d0", "/app"), null, true),
                new Kind("clamped", Spec.of(".", "/").chmod("u=rwX,go=rX"), EPOCH, true));
    }

    /// Waits until a change shows in a time.
    private void settle() throws Exception {
        Path probe = temp.resolve("probe");
        Files.writeString(probe, "");
        long made = Files.getLastModifiedTime(probe).toMillis();
        while (System.currentTimeMillis() - made < 35) {
            Thread.onSpinWait();
        }
    }

    /// Files that a COPY finds below: a directory of the same name, another, and a file.
    private List<Layer> below(Store in) throws IOException {
        try (LayerWriter writer = in.layers().create()) {
            for (String directory : new String[] {"app", "app/d1", "app/only", "d1"}) {
                RawPath path = RawPath.of(directory);
                writer.put(dev.slipway.image.FileEntry.directory(path, 0750), null);
            }
            return List.of(writer.seal());
        }
    }

    /// @param random decides what layer is known from before: mostly that of the same COPY
    private void incremental(Kind kind, Random random) throws Exception {
        Digest earlier =
                switch (random.nextInt(9)) {
                    case 0 -> null;
                    case 1, 2 -> last.get(kinds().get(random.nextInt(kinds().size())).name);
                    default -> last.get(kind.name);
                };
        try (BuildContext context = fixture.copying().openContext(fixture.root());
                FileTree below = MergedView.of(kind.onFiles ? below(store) : List.of());
                LayerWriter writer =
                        earlier == null
                                ? store.layers().create()
                                : store.layers().createLike(earlier)) {
            CopySelection selection = fixture.copying().select(kind.spec.build(), context, true);
            listed += selection instanceof ListedSelection ? 1 : 0;
            String key = selection.contentDigest();
            Layer layer = write(selection, writer, below, kind);
            if (layer != null) {
                last.put(kind.name, layer.diffId());
            }
            assertSameAsAnew(kind, selection, key, layer);
        }
    }

    /// Null if the copy cannot be made: a file is in the way.
    private @Nullable Layer write(
            CopySelection selection, LayerWriter writer, FileTree below, Kind kind)
            throws Exception {
        try {
            selection.writeTo(writer, below, kind.latest);
            return writer.seal();
        } catch (CopyException e) {
            assertThat(e).hasMessageContaining("director");
            return null;
        }
    }

    private void assertSameAsAnew(
            Kind kind, CopySelection selection, String key, @Nullable Layer layer)
            throws Exception {
        TreeCopying knowing = new TreeCopying(null, temp);
        try (BuildContext context = knowing.openContext(fixture.root());
                FileTree below = MergedView.of(kind.onFiles ? below(other) : List.of());
                LayerWriter writer = other.layers().create()) {
            CopySelection anew = knowing.select(kind.spec.build(), context, true);
            assertThat(key).isEqualTo(anew.contentDigest());
            assertThat(selection.fileCount()).isEqualTo(anew.fileCount());
            assertThat(files(selection)).isEqualTo(files(anew));
            byte[] listing = new SelectionListings().of(selection);
            assertThat(listing).isEqualTo(new SelectionListings().of(anew));
            Layer made = write(anew, writer, below, kind);
            if (made == null || layer == null) {
                assertThat(layer).isEqualTo(made);
                return;
            }
            assertThat(layer.index().entries())
                    .as(kind.name)
                    .containsExactlyElementsOf(made.index().entries());
            assertThat(layer.diffId()).isEqualTo(made.diffId());
            byte[] tar = layer.openTar().readAllBytes();
            assertThat(Digest.sha256(tar)).isEqualTo(layer.diffId());
        }
    }

    private static List<InputFile> files(CopySelection selection) throws Exception {
        List<InputFile> files = new ArrayList<>();
        selection.forEachFile(files::add);
        return files;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyChange_givesWhatIsMadeAnew(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 90; i++) {
            try {
                write(random, place(random));
            } catch (FileSystemException _) {
                // A file of this name is there already.
            }
        }
        for (int round = 0; round < 12; round++) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                try {
                    change(random, seed);
                } catch (FileSystemException _) {
                    // A directory is where a file was to go, or the like.
                }
            }
            if (random.nextInt(6) > 0) {
                settle();
            }
            Path first = fixture.context.resolve("d0");
            if (!Files.isDirectory(first, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(first);
                Files.createDirectory(first);
            }
            for (Kind kind : kinds()) {
                incremental(kind, random);
            }
        }
        assertThat(listed).isGreaterThan(seed % 2 == 0 ? 0 : 5);
    }

    @Test
    void oneFileChanged_onlyThatIsRead() throws Exception {
        Kind kind = kinds().getFirst();
        for (int i = 0; i < 60; i++) {
            fixture.file("d" + i % 7 + "/f" + i, "content " + i);
        }
        settle();
        incremental(kind, new Random(5));
        fixture.file("d3/f3", "other content");
        settle();
        Digest earlier = Objects.requireNonNull(last.get(kind.name));
        try (BuildContext context = fixture.copying().openContext(fixture.root());
                FileTree below = MergedView.of(List.of());
                LayerWriter writer = store.layers().createLike(earlier)) {
            CopySelection selection = fixture.copying().select(kind.spec.build(), context, true);
            assertThat(selection).isInstanceOf(ListedSelection.class);
            String key = selection.contentDigest();
            Layer layer = write(selection, writer, below, kind);
            assertThat(context.filesOpened()).isEqualTo(2); // for the key, and for the layer
            assertSameAsAnew(kind, selection, key, layer);
        }
    }

    /// What is known of a file is not believed of one that is no longer as it was listed.
    @Test
    void changedBetweenKeyAndCopy_isAnError() throws Exception {
        Kind kind = kinds().getFirst();
        fixture.file("a", "one");
        fixture.file("b/c", "two");
        settle();
        fixture.key(kind.spec);
        fixture.file("a", "changed");
        settle();
        Digest unlike = below(store).getFirst().diffId();
        for (String text : new String[] {"owt", "longer"}) {
            try (BuildContext context = fixture.copying().openContext(fixture.root());
                    FileTree nothing = MergedView.of(List.of());
                    LayerWriter writer = store.layers().createLike(unlike)) {
                CopySelection selection =
                        fixture.copying().select(kind.spec.build(), context, true);
                assertThat(selection).isInstanceOf(ListedSelection.class);
                selection.contentDigest();
                Path file = fixture.context.resolve("b/c");
                FileTime time = Files.getLastModifiedTime(file);
                fixture.file("b/c", text);
                Files.setLastModifiedTime(file, time);
                assertThatThrownBy(() -> selection.writeTo(writer, nothing, null))
                        .isInstanceOf(CopyException.class)
                        .hasMessageContaining("changed while");
            }
            fixture.file("b/c", "two");
            fixture.file("a", "changed again");
            settle();
        }
    }

    private Path place(Random random) throws IOException {
        Path directory = fixture.context;
        for (int depth = random.nextInt(4); depth > 0; depth--) {
            directory = directory.resolve("d" + random.nextInt(4));
        }
        Files.createDirectories(directory);
        // Some names come between a directory and what it holds, were they ordered as text.
        return directory.resolve(
                switch (random.nextInt(8)) {
                    case 0 -> "d" + random.nextInt(4);
                    case 1 -> "d1-" + random.nextInt(3);
                    case 2 -> "é" + random.nextInt(3);
                    default -> "f" + random.nextInt(40);
                });
    }

    private void write(Random random, Path file) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        byte[] content = new byte[random.nextInt(5) == 0 ? 0 : random.nextInt(4000)];
        random.nextBytes(content);
        Files.write(file, content);
    }

    private Path any(Random random) throws IOException {
        try (Stream<Path> files = Files.walk(fixture.context)) {
            List<Path> all = files.sorted().skip(1).toList();
            return all.get(random.nextInt(all.size()));
        }
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void change(Random random, long seed) throws IOException {
        Path file = any(random);
        boolean directory = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
        switch (random.nextInt(14)) {
            case 0 -> delete(file);
            case 1 -> Files.move(file, place(random));
            case 2 -> { // a directory for a file, or the other way round
                delete(file);
                if (directory) {
                    Files.writeString(file, "was a directory");
                } else {
                    Files.createDirectory(file);
                    Files.writeString(file.resolve("f"), "in what was a file");
                }
            }
            case 3 -> chmod(file, 0600 + random.nextInt(64));
            case 4 ->
                    Files.setLastModifiedTime(file, FileTime.fromMillis(random.nextLong(1L << 41)));
            case 5 -> Files.createSymbolicLink(place(random), Path.of("to " + random.nextInt(9)));
            case 6 -> { // the same size, and the time is set back
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    byte[] content = Files.readAllBytes(file);
                    random.nextBytes(content);
                    FileTime time = Files.getLastModifiedTime(file);
                    Files.write(file, content);
                    Files.setLastModifiedTime(file, time);
                }
            }
            case 7 ->
                    Files.writeString(
                            fixture.context.resolve(".dockerignore"),
                            random.nextBoolean() ? "d2\n**/f1*\n" : "d3/d1\n!d3/d1/f2\n");
            case 8 -> Files.deleteIfExists(fixture.context.resolve(".dockerignore"));
            case 9 -> {
                if (seed % 2 == 0) { // else all are found anew from then on
                    Files.createLink(place(random), file);
                }
            }
            default -> write(random, place(random));
        }
    }

    private void chmod(Path file, int mode) throws IOException {
        if (!Files.isSymbolicLink(file)) {
            try (Dir dir = Dir.open(fixture.context)) {
                dir.chmod(RawPath.of(fixture.context.relativize(file).toString()), mode);
            }
        }
    }
}
