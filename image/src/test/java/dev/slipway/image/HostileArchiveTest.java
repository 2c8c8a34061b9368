package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.image.tar.TarException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// What no honest tool writes: nothing of it may be stored under a name or reach outside the store.
class HostileArchiveTest {
    @TempDir Path temp;
    private Store store;

    private final byte[] layer = new TestTar().file("file", "content").bytes();

    @BeforeEach
    void open() throws Exception {
        store = Store.open(temp.resolve("store"));
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(store.images().list()).isEmpty();
        store.close();
        try (var files = Files.list(temp)) {
            assertThat(files).containsExactly(temp.resolve("store"));
        }
        try (var files = Files.list(temp.resolve("store/tmp"))) {
            assertThat(files).isEmpty();
        }
    }

    private void assertRefused(byte[] archive, String message) {
        assertThatThrownBy(() -> load(archive))
                .isInstanceOfAny(ImageException.class, TarException.class)
                .hasMessageContaining(message);
    }

    private List<LoadedImage> load(byte[] archive) throws IOException {
        return new ImageLoad(store, null).load(new ByteArrayInputStream(archive));
    }

    private static String config(Object... diffIds) {
        var texts = new ArrayList<String>();
        for (Object diffId : diffIds) {
            texts.add("\"" + diffId + "\"");
        }
        return "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"diff_ids\":["
                + String.join(",", texts)
                + "]}}";
    }

    private static String manifest(String config, String... layers) {
        var texts = new ArrayList<String>();
        for (String each : layers) {
            texts.add("\"" + each + "\"");
        }
        return "[{\"Config\":\""
                + config
                + "\",\"RepoTags\":[\"x:1\"],\"Layers\":["
                + String.join(",", texts)
                + "]}]";
    }

    private String layerText() {
        return new String(layer, ISO_8859_1);
    }

    @Test
    void layer_thatIsNotItsDiffId() {
        byte[] archive =
                new TestTar()
                        .file("c.json", config(Digest.sha256(new byte[] {1})))
                        .file("l.tar", layerText())
                        .file("manifest.json", manifest("c.json", "l.tar"))
                        .bytes();
        assertRefused(archive, "but holds " + Digest.sha256(layer));
    }

    @Test
    void configuration_thatIsNotItsDigest() {
        String name = "0".repeat(64) + ".json";
        byte[] archive =
                new TestTar()
                        .file(name, config(Digest.sha256(layer)))
                        .file("l.tar", layerText())
                        .file("manifest.json", manifest(name, "l.tar"))
                        .bytes();
        assertRefused(archive, "is in truth");
    }

    @Test
    void names_thatLeadOutStayInside() throws Exception {
        Files.writeString(temp.resolve("store/secret.json"), config());
        for (String name :
                List.of(
                        "../secret.json",
                        "/etc/passwd",
                        temp + "/store/secret.json",
                        "a/../../../x")) {
            assertRefused(new TestTar().file("manifest.json", manifest(name)).bytes(), "has no");
        }
        Files.delete(temp.resolve("store/secret.json"));
    }

    @Test
    void links_thatLeadOutOrInCircles() {
        assertRefused(
                new TestTar()
                        .symlink("c.json", "/etc/passwd")
                        .file("manifest.json", manifest("c.json"))
                        .bytes(),
                "has no");
        assertRefused(
                new TestTar()
                        .symlink("a", "b")
                        .symlink("b", "a")
                        .file("manifest.json", manifest("a"))
                        .bytes(),
                "has no");
        assertRefused(
                new TestTar().symlink("manifest.json", "../../etc/passwd").bytes(), "no image");
    }

    @Test
    void members_ofTheSameName() {
        assertRefused(
                new TestTar().file("manifest.json", "[]").file("./manifest.json", "[]").bytes(),
                "twice");
        assertRefused(
                new TestTar().file("a/../index.json", "{}").file("/index.json", "{}").bytes(),
                "twice");
    }

    @Test
    void layers_missingOrTooMany() {
        Digest diffId = Digest.sha256(layer);
        assertRefused(
                new TestTar()
                        .file("c.json", config(diffId, diffId))
                        .file("l.tar", layerText())
                        .file("manifest.json", manifest("c.json", "l.tar"))
                        .bytes(),
                "disagree");
        assertRefused(
                new TestTar()
                        .file("c.json", config(diffId))
                        .file("manifest.json", manifest("c.json", "l.tar"))
                        .bytes(),
                "has no \"l.tar\"");
    }

    @Test
    void layer_thatExpandsWithoutEnd() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(layer, 0, layer.length - 1024);
            for (int i = 0; i < 200; i++) {
                gzip.write(new byte[1 << 20]);
            }
        }
        assertRefused(
                new TestTar()
                        .file("c.json", config(Digest.sha256(layer)))
                        .file("l.tar.gz", new String(out.toByteArray(), ISO_8859_1))
                        .file("manifest.json", manifest("c.json", "l.tar.gz"))
                        .bytes(),
                "");
    }

    @Test
    void archive_withAHugePaxHeader() {
        String path = "x".repeat(2 << 20);
        assertRefused(new TestTar().file(path, "").bytes(), "");
    }

    @Test
    void archive_truncatedOrNone() {
        byte[] archive =
                new TestTar()
                        .file("c.json", config(Digest.sha256(layer)))
                        .file("l.tar", "x".repeat(3 << 20))
                        .file("manifest.json", manifest("c.json", "l.tar"))
                        .bytes();
        assertRefused(Arrays.copyOf(archive, 2 << 20), "ends early");
        assertRefused(new byte[0], "no image");
        assertRefused("not a tar at all".getBytes(UTF_8), "");
    }

    @Test
    void documents_thatAreTooLongOrTooDeep() {
        assertRefused(new TestTar().file("manifest.json", " ".repeat(5 << 20)).bytes(), "longer");
        assertRefused(new TestTar().file("manifest.json", "[".repeat(99_999)).bytes(), "deeper");
        assertRefused(new TestTar().file("index.json", "{\"manifests\":5}").bytes(), "array");
        assertRefused(new TestTar().file("manifest.json", "{}").bytes(), "no array");
    }

    @Test
    void oci_everyLyingDigestIsRefused() throws Exception {
        byte[] config = config(Digest.sha256(layer)).getBytes(UTF_8);
        Manifest manifest =
                Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of(MediaTypes.OCI_CONFIG, Digest.sha256(config), config.length),
                        List.of(
                                Descriptor.of(
                                        MediaTypes.OCI_LAYER, Digest.sha256(layer), layer.length)),
                        java.util.Collections.emptySortedMap());
        Index index =
                Index.of(
                        MediaTypes.OCI_INDEX,
                        List.of(manifest.descriptor().withAnnotation(OciArchive.REF_NAME, "x:1")),
                        java.util.Collections.emptySortedMap());
        byte[][] contents = {manifest.raw(), config, layer};
        String[] names = new String[contents.length];
        for (int i = 0; i < contents.length; i++) {
            names[i] = "blobs/sha256/" + Digest.sha256(contents[i]).hex();
        }
        for (int lie = 0; lie < contents.length; lie++) {
            for (byte[] changed :
                    List.of(
                            flipped(contents[lie]),
                            Arrays.copyOf(contents[lie], contents[lie].length + 1))) {
                var tar = new TestTar().file("index.json", new String(index.raw(), UTF_8));
                for (int i = 0; i < contents.length; i++) {
                    tar.file(names[i], new String(i == lie ? changed : contents[i], ISO_8859_1));
                }
                assertRefused(tar.bytes(), "");
            }
        }
    }

    private static byte[] flipped(byte[] content) {
        byte[] changed = content.clone();
        changed[changed.length / 2] ^= 1;
        return changed;
    }

    @Test
    void oci_indexesThatNestForever() {
        // An index cannot hold itself, but a chain can be long.
        Descriptor last = Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.sha256(layer), 5);
        var tar = new TestTar();
        for (int i = 0; i < 10; i++) {
            Index index =
                    Index.of(
                            MediaTypes.OCI_INDEX,
                            List.of(last),
                            java.util.Collections.emptySortedMap());
            tar.file(
                    "blobs/sha256/" + index.descriptor().digest().hex(),
                    new String(index.raw(), UTF_8));
            last = index.descriptor();
        }
        Index top =
                Index.of(
                        MediaTypes.OCI_INDEX,
                        List.of(last),
                        java.util.Collections.emptySortedMap());
        assertRefused(tar.file("index.json", new String(top.raw(), UTF_8)).bytes(), "nest");
    }

    @Test
    void layout_withLinksOutAndFifos() throws Exception {
        Path layout = Files.createDirectory(temp.resolve("store/layout"));
        Files.createSymbolicLink(layout.resolve("index.json"), Path.of("/etc/hostname"));
        assertThatThrownBy(() -> new ImageLoad(store, null).load(layout))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("no image");
        Files.delete(layout.resolve("index.json"));
        Tools.run("mkfifo", layout.resolve("index.json").toString());
        assertThatThrownBy(() -> new ImageLoad(store, null).load(layout))
                .isInstanceOf(ImageException.class);
    }

    @Test
    void bytes_changedAtRandomNeverBreakTheReader() throws Exception {
        byte[] good =
                new TestTar()
                        .file("c.json", config(Digest.sha256(layer)))
                        .file("l.tar", layerText())
                        .file(
                                "manifest.json",
                                manifest("c.json", "l.tar").replace("[\"x:1\"]", "null"))
                        .bytes();
        var random = new Random(3);
        for (int i = 0; i < 300; i++) {
            byte[] archive = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                archive[random.nextInt(archive.length)] = (byte) random.nextInt(256);
            }
            try {
                load(archive);
            } catch (IOException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
        new Collector(store, List.of()).prune(PruneFilter.ALL);
        for (NamedImage image : store.images().list()) {
            store.images().forget(image.target().digest());
        }
    }

    @Test
    void archive_thatIsNotThere() {
        assertThatThrownBy(() -> new ImageLoad(store, null).load(temp.resolve("none.tar")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("cannot read the archive " + temp.resolve("none.tar"));
    }

    @Test
    void blob_digestInStoreIsCheckedWhenWritten() throws Exception {
        try (BlobWriter writer = store.blobs().create()) {
            writer.write(layer);
            assertThatThrownBy(() -> writer.commit(Digest.sha256(new byte[0]), -1))
                    .isInstanceOf(InvalidImageException.class);
        }
        try (InputStream none = InputStream.nullInputStream()) {
            assertThat(none.read()).isEqualTo(-1);
        }
        assertThat(store.blobs().list()).isEmpty();
    }
}
