package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.compress.Compression;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

class LayersTest {
    @TempDir Path temp;
    private Store store;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(temp.resolve("store"));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Test
    void written_isFoundAgain_withTheSameBytes() throws IOException {
        Layer layer = small();
        Layer found = store.layers().find(layer.diffId()).orElseThrow();
        byte[] tar = bytes(found.openTar());
        assertThat(Digest.sha256(tar)).isEqualTo(layer.diffId());
        assertThat(found.size()).isEqualTo(tar.length);
        assertThat(found.index().changes()).hasSize(4);
        assertThat(text(found.openFile(RawPath.of("d/f")))).isEqualTo("content");
        assertThat(text(found.openFile(RawPath.of("d/g")))).isEqualTo("content");
        assertThatThrownBy(() -> found.openFile(RawPath.of("d")))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(store.layers().list()).containsExactly(layer.diffId());
    }

    @Test
    void written_twice_isOneLayer() throws IOException {
        assertThat(small().diffId()).isEqualTo(small().diffId());
        assertThat(store.layers().list()).hasSize(1);
    }

    @Test
    void unsealed_leavesNothing() throws IOException {
        try (LayerWriter writer = store.layers().create()) {
            writer.put(FileEntry.file(RawPath.of("f"), 0644, 3), in("abc"));
        }
        assertThat(store.layers().list()).isEmpty();
        try (Stream<Path> left = Files.list(store.home().resolve("tmp"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void outOfOrder() throws IOException {
        try (LayerWriter writer = store.layers().create()) {
            writer.put(FileEntry.file(RawPath.of("b"), 0644, 0), null);
            assertThatThrownBy(() -> writer.put(FileEntry.directory(RawPath.of("a"), 0755), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("out of tree order");
            assertThatThrownBy(() -> writer.put(FileEntry.file(RawPath.of("b/c"), 0644, 0), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no directory");
        }
    }

    @Test
    void reservedName() throws IOException {
        try (LayerWriter writer = store.layers().create()) {
            assertThatThrownBy(
                            () -> writer.put(FileEntry.file(RawPath.of("d/.wh.x"), 0644, 0), null))
                    .isInstanceOf(LayerException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "zstd"})
    void add_keepsTheBlobAsItCame(String format) throws IOException {
        byte[] tar = new TestTar().dir("d").file("d/f", "hello").file(".wh.x", "").bytes();
        byte[] blob = compressed(tar, format);
        Digest diffId = Digest.sha256(tar);
        Descriptor descriptor = descriptor(blob);
        Layer layer = store.layers().add(new ByteArrayInputStream(blob), descriptor, diffId);
        assertThat(layer.diffId()).isEqualTo(diffId);
        assertThat(bytes(layer.openTar())).isEqualTo(tar);
        assertThat(text(layer.openFile(RawPath.of("d/f")))).isEqualTo("hello");
        if (!format.equals("none")) {
            assertThat(layer.blobs()).containsExactly(descriptor);
            assertThat(bytes(store.blobs().open(descriptor.digest()))).isEqualTo(blob);
        }
        assertThat(layer.index().changes()).hasSize(3);
    }

    @Test
    void add_ofSeveralForms_knowsThemAll() throws IOException {
        byte[] tar = new TestTar().file("f", "hello").bytes();
        byte[] gzip = compressed(tar, "gzip");
        byte[] zstd = compressed(tar, "zstd");
        store.layers().add(new ByteArrayInputStream(tar), descriptor(tar), null);
        store.layers().add(new ByteArrayInputStream(gzip), descriptor(gzip), null);
        Layer layer = store.layers().add(new ByteArrayInputStream(zstd), descriptor(zstd), null);
        assertThat(layer.blobs()).containsExactly(descriptor(gzip), descriptor(zstd));
    }

    @Test
    void add_wrongInAnyWay_leavesNothing() {
        byte[] tar = new TestTar().file("f", "hello").bytes();
        byte[] gzip = compressed(tar, "gzip");
        Digest wrong = Digest.sha256(new byte[1]);
        assertRefused(gzip, descriptor(gzip), wrong, "should hold");
        assertRefused(tar, descriptor(tar), wrong, "should hold");
        assertRefused(tar, Descriptor.of("", wrong, tar.length), null, "in truth");
        assertRefused(gzip, Descriptor.of("", wrong, gzip.length), null, "in truth");
        Digest right = Digest.sha256(gzip);
        assertRefused(gzip, Descriptor.of("", right, gzip.length - 1), null, "longer");
        assertRefused(gzip, Descriptor.of("", right, gzip.length + 1), null, "ends after");
        byte[] escaping = new TestTar().file(".wh..", "").bytes();
        assertRefused(escaping, descriptor(escaping), null, "whiteout of no file");
        byte[] noise = "no tar".repeat(500).getBytes(StandardCharsets.UTF_8);
        assertRefused(noise, descriptor(noise), null, "no tar archive");
    }

    private void assertRefused(
            byte[] blob,
            Descriptor descriptor,
            @org.jspecify.annotations.Nullable Digest diffId,
            String why) {
        assertThatThrownBy(() ->
                        store.layers().add(new ByteArrayInputStream(blob), descriptor, diffId))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
        for (String each : List.of("layers", "blobs/sha256", "tmp")) {
            assertThat(store.home().resolve(each)).isEmptyDirectory();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void compress_makesOneBlob_thatIsTheLayer(String format) throws IOException {
        Layer layer = small();
        Compression compression = format.equals("gzip") ? Compression.gzip() : Compression.zstd();
        Descriptor first = layer.compress(compression);
        Descriptor second = store.layers().find(layer.diffId()).orElseThrow().compress(compression);
        assertThat(second).isEqualTo(first);
        assertThat(layer.blobs()).containsExactly(first);
        try (Store other = Store.open(temp.resolve("other"))) {
            Layer there =
                    other.layers().add(store.blobs().open(first.digest()), first, layer.diffId());
            assertThat(there.diffId()).isEqualTo(layer.diffId());
        }
    }

    @Test
    void writtenInAnotherBootAndNotSynced_isNotThere() throws IOException {
        Layer layer = small();
        store.commit();
        Path directory = store.home().resolve("layers").resolve(layer.diffId().hex());
        assertThat(directory.resolve("layer.json.synced")).exists();
        otherBoot(directory);
        assertThat(store.layers().find(layer.diffId())).isPresent();
        Files.delete(directory.resolve("layer.json.synced"));
        assertThat(store.layers().find(layer.diffId())).isEmpty();
        assertThat(small().diffId()).isEqualTo(layer.diffId());
        assertThat(store.layers().find(layer.diffId())).isPresent();
    }

    @Test
    void treeOfAnotherBootAndNotSynced_isUnpackedAgain() throws IOException {
        Layer layer = small();
        store.commit();
        Path tree = layer.tree();
        Files.writeString(tree.resolve("d/f"), "half");
        otherBoot(tree.resolveSibling("."));
        Files.writeString(tree.resolveSibling("tree.boot"), "another");
        Path again = store.layers().find(layer.diffId()).orElseThrow().tree();
        assertThat(again.resolve("d/f")).hasContent("content");
    }

    private static void otherBoot(Path directory) throws IOException {
        Path json = directory.resolve("layer.json");
        String text = Files.readString(json);
        Files.writeString(json, text.replaceAll("\"boot\": \".*?\"", "\"boot\": \"another\""));
    }

    @Test
    void damagedIndex_isMadeAgain() throws IOException {
        Layer layer = small();
        List<LayerChange> changes = layer.index().changes();
        Path index = store.home().resolve("layers").resolve(layer.diffId().hex()).resolve("index");
        Files.write(index, new byte[10]);
        Layer found = store.layers().find(layer.diffId()).orElseThrow();
        assertThat(found.index().changes()).isEqualTo(changes);
    }

    private Layer small() throws IOException {
        try (LayerWriter writer = store.layers().create()) {
            FileEntry file = FileEntry.file(RawPath.of("d/f"), 0600, 7);
            writer.put(FileEntry.directory(RawPath.of("d"), 0755), null);
            writer.put(file.withMtime(new Timespec(5, 6)), in("content"));
            writer.hardLink(file.withPath(RawPath.of("d/g")), RawPath.of("d/f"));
            writer.whiteout(RawPath.of("gone"));
            return writer.seal();
        }
    }

    private static Descriptor descriptor(byte[] blob) {
        return Descriptor.of(
                "application/vnd.oci.image.layer.v1.tar", Digest.sha256(blob), blob.length);
    }

    private static byte[] compressed(byte[] bytes, String format) {
        Compression compression =
                switch (format) {
                    case "gzip" -> Compression.gzip();
                    case "zstd" -> Compression.zstd();
                    default -> Compression.NONE;
                };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (var stream = compression.to(out, 2)) {
            stream.write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static InputStream in(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(InputStream stream) throws IOException {
        try (stream) {
            return stream.readAllBytes();
        }
    }

    private static String text(InputStream stream) throws IOException {
        return new String(bytes(stream), StandardCharsets.UTF_8);
    }
}
