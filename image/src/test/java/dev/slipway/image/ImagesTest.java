package dev.slipway.image;

import static dev.slipway.image.SampleImages.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

class ImagesTest {
    @TempDir Path home;
    private Store store;
    private ImageCatalog catalog;

    @BeforeEach
    void open() throws Exception {
        store = Store.open(home.resolve("store"));
        catalog = new ImageCatalog(store);
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    @Test
    void tag_isFoundByAnotherStoreUnderAllItsSpellings() throws Exception {
        Descriptor image = SampleImages.make(store, "a");
        store.images().tag(name("alpine:3"), image);
        try (Store other = Store.open(store.home())) {
            assertThat(other.images().find(name("docker.io/library/alpine:3")))
                    .hasValueSatisfying(
                            found -> assertThat(found.digest()).isEqualTo(image.digest()));
            assertThat(other.images().find(name("alpine"))).isEmpty();
        }
    }

    @Test
    void find_byDigestOfATaggedImage() throws Exception {
        Descriptor image = SampleImages.make(store, "a");
        store.images().tag(name("app:1"), image);
        assertThat(store.images().find(Reference.parse("app@" + image.digest()))).isPresent();
        assertThat(store.images().find(Reference.parse("app:7@" + image.digest()))).isPresent();
        assertThat(store.images().find(Reference.parse("other@" + image.digest()))).isEmpty();
        assertThat(store.images().find(Reference.parse("app@" + Digest.sha256(new byte[1]))))
                .isEmpty();
    }

    @Test
    void tag_ofWhatIsNotHereIsRefused() {
        var missing = Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.sha256(new byte[] {1}), 1);
        assertThatThrownBy(() -> store.images().tag(name("a"), missing))
                .isInstanceOf(InvalidImageException.class);
    }

    @Test
    void tag_veryLongNames() throws Exception {
        Descriptor image = SampleImages.make(store, "a");
        Reference longest =
                name("r".repeat(60) + ".example/" + "a".repeat(255) + ":" + "t".repeat(128));
        store.images().tag(longest, image);
        assertThat(store.images().find(longest)).isPresent();
        assertThat(store.images().list()).extracting(NamedImage::name).containsExactly(longest);
    }

    @Test
    void tag_theImageThatHadTheNameBecomesDangling() throws Exception {
        Descriptor first = SampleImages.make(store, "a");
        Descriptor second = SampleImages.make(store, "b");
        store.images().tag(name("app"), first);
        store.images().tag(name("app"), second);
        assertThat(catalog.list())
                .extracting(i -> i.target().digest() + " " + i.names())
                .containsExactlyInAnyOrder(
                        second.digest() + " [docker.io/library/app:latest]",
                        first.digest() + " []");
        store.images().tag(name("app:old"), first);
        assertThat(catalog.list()).allSatisfy(i -> assertThat(i.names()).hasSize(1));
    }

    @Test
    void tag_theSameAgainWritesNothing() throws Exception {
        Descriptor image = SampleImages.make(store, "a");
        store.images().tag(name("app"), image);
        Path file = store.home().resolve("images/docker.io+library+app/latest");
        Object inode = Files.getAttribute(file, "unix:ino");
        store.images().tag(name("app"), image);
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
    }

    @Test
    void find_byIdPrefixAndManifestDigest() throws Exception {
        Descriptor image = SampleImages.make(store, "a");
        store.images().keepDangling(image);
        Digest id = Image.load(store, image, null).id();
        for (String text :
                List.of(
                        id.toString(),
                        id.hex(),
                        id.shortHex(),
                        id.hex().substring(0, 3),
                        image.digest().toString())) {
            assertThat(catalog.find(text).id()).as(text).isEqualTo(id);
        }
    }

    @Test
    void find_unknownOrAmbiguous() throws Exception {
        for (int i = 0; i < 40; i++) { // more images than first digits
            store.images().keepDangling(SampleImages.make(store, "image " + i));
        }
        assertThatThrownBy(() -> catalog.find("nonesuch:1"))
                .isInstanceOf(ImageNotFoundException.class)
                .hasMessage("No such image: \"nonesuch:1\"");
        String twice = null;
        for (int digit = 0; digit < 16 && twice == null; digit++) {
            String prefix = Integer.toHexString(digit);
            long count =
                    catalog.list().stream().filter(i -> i.id().hex().startsWith(prefix)).count();
            twice = count > 1 ? prefix : null;
        }
        String ambiguous = Objects.requireNonNull(twice);
        assertThatThrownBy(() -> catalog.find(ambiguous))
                .isInstanceOf(ImageNotFoundException.class)
                .hasMessageContaining("several");
    }

    @Test
    void load_choosesThePlatform() throws Exception {
        Descriptor amd = SampleImages.make(store, "amd");
        Platform arm64 = Platform.of("linux", "arm64");
        Descriptor arm = SampleImages.make(store, arm64, java.util.Map.of(), "arm");
        Index index =
                Index.of(
                        MediaTypes.OCI_INDEX,
                        List.of(amd.withPlatform(SampleImages.AMD64), arm.withPlatform(arm64)),
                        java.util.Collections.emptySortedMap());
        store.blobs().put(index.raw());
        store.images().tag(name("multi"), index.descriptor());
        assertThat(catalog.load("multi", arm64).config().platform()).isEqualTo(arm64);
        assertThat(catalog.load("multi", SampleImages.AMD64).manifest().digest())
                .isEqualTo(amd.digest());
        assertThatThrownBy(() -> catalog.load("multi", Platform.of("linux", "s390x")))
                .isInstanceOfSatisfying(
                        InvalidImageException.class,
                        e -> assertThat(e.hint()).contains("linux/amd64", "linux/arm64"));
    }

    @Test
    void load_damagedBlobIsNoticed() throws Exception {
        Descriptor image = SampleImages.make(store, "a");
        Files.write(store.blobs().path(image.digest()), "{}".getBytes(UTF_8));
        assertThatThrownBy(() -> Image.load(store, image, null))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.DAMAGED));
    }

    @Test
    void list_survivesOneBrokenImage() throws Exception {
        Descriptor good = SampleImages.make(store, "a");
        Descriptor broken = SampleImages.make(store, "b");
        store.images().tag(name("good"), good);
        store.images().tag(name("broken"), broken);
        Files.delete(store.blobs().path(broken.digest()));
        assertThat(catalog.list()).hasSize(2);
        assertThat(catalog.find("good").image()).isNotNull();
        assertThat(catalog.find("broken").image()).isNull();
    }

    @Test
    void historyAndInspection_asDocker() throws Exception {
        Descriptor image = SampleImages.make(store, "a", "bb");
        store.images().tag(name("app:1"), image);
        StoredImage stored = catalog.find("app:1");
        Image loaded = Objects.requireNonNull(stored.image());
        List<ImageHistory.Line> history = ImageHistory.of(store, loaded);
        assertThat(history)
                .extracting(ImageHistory.Line::createdBy)
                .containsExactly("CMD [\"/file-0\"]", "COPY file-1", "COPY file-0");
        assertThat(history.getFirst().id()).isEqualTo(stored.id());
        assertThat(history.get(1).sizeBytes()).isPositive();
        assertThat(history.get(0).sizeBytes()).isZero();

        JsonWriter out = JsonWriter.indented(4);
        ImageInspection.write(catalog, stored, out);
        Json.Obj json = Json.parseObject(out.toBytes());
        assertThat(json.text("Id")).isEqualTo(stored.id().toString());
        assertThat(json.texts("RepoTags")).containsExactly("app:1");
        assertThat(member(json, "Config").texts("Cmd")).containsExactly("/file-0");
        assertThat(member(json, "RootFS").texts("Layers")).hasSize(2);
        assertThat(json.number("Size", 0)).isEqualTo(loaded.size());
    }

    private static Json.Obj member(Json.Obj json, String name) throws Exception {
        return Objects.requireNonNull(json.object(name));
    }

    @Test
    void remove_aNameThenTheImage() throws Exception {
        Descriptor image = SampleImages.make(store, "only here");
        Digest layer = Image.peek(store, image, null).config().diffIds().getFirst();
        store.images().tag(name("a"), image);
        store.images().tag(name("b"), image);
        store.close();
        try (Store later = Store.open(store.home())) {
            var removal = new ImageRemoval(later, List.of());
            assertThat(names(removal.remove("a", false))).containsExactly("NAME a:latest");
            assertThat(later.images().find(name("b"))).isPresent();
            Reclaimed reclaimed = removal.remove("b", false);
            assertThat(names(reclaimed))
                    .startsWith("NAME b:latest")
                    .contains("BLOB " + image.digest(), "LAYER " + layer);
            assertThat(reclaimed.bytes()).isPositive();
            assertThat(later.blobs().contains(image.digest())).isFalse();
            assertThat(later.layers().list()).isEmpty();
        }
    }

    @Test
    void remove_byIdNeedsForceWithSeveralNames() throws Exception {
        Descriptor image = SampleImages.make(store, "a");
        store.images().tag(name("a"), image);
        store.images().tag(name("b"), image);
        String id = Image.peek(store, image, null).id().shortHex();
        store.close();
        try (Store later = Store.open(store.home())) {
            var removal = new ImageRemoval(later, List.of());
            assertThatThrownBy(() -> removal.remove(id, false))
                    .isInstanceOf(ImageInUseException.class)
                    .hasMessageContaining("multiple");
            removal.remove(id, true);
            assertThat(later.images().list()).isEmpty();
        }
    }

    @Test
    void remove_sharedLayersAndWhatRootsUseStay() throws Exception {
        Descriptor one = SampleImages.make(store, "shared", "one");
        Descriptor two = SampleImages.make(store, "shared", "two");
        store.images().tag(name("one"), one);
        store.images().tag(name("two"), two);
        store.close();
        try (Store later = Store.open(store.home())) {
            new ImageRemoval(later, List.of()).remove("one", false);
            assertThat(new ImageCatalog(later).load("two", null).layers()).hasSize(2);
            Roots container = (_, marks) -> marks.useImage(two, "container c1");
            var removal = new ImageRemoval(later, List.of(container));
            assertThatThrownBy(() -> removal.remove("two", false))
                    .isInstanceOf(ImageInUseException.class)
                    .hasMessageContaining("container c1");
        }
    }

    @Test
    void remove_whatAnotherProcessWorksWithIsRefused() throws Exception {
        Descriptor image = SampleImages.make(store, "a");
        store.images().tag(name("a"), image); // this store's lease holds it
        try (Store other = Store.open(store.home())) {
            assertThatThrownBy(() -> new ImageRemoval(other, List.of()).remove("a", false))
                    .isInstanceOf(ImageInUseException.class)
                    .hasMessageContaining("process");
        }
    }

    private static List<String> names(Reclaimed reclaimed) {
        return reclaimed.removed().stream().map(r -> r.kind() + " " + r.name()).toList();
    }
}
