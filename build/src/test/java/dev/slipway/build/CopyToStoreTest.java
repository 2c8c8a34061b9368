package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.build.CopyFixture.Spec;
import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerWriter;
import dev.slipway.image.MergedView;
import dev.slipway.image.Store;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Copies into real layers, and out of them.
class CopyToStoreTest {
    @TempDir Path temp;
    private CopyFixture fixture;
    private Store store;

    @BeforeEach
    void open() throws Exception {
        fixture = new CopyFixture(temp);
        store = Store.open(temp.resolve("store"));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private Layer copy(Spec spec, FileTree source, boolean context, FileTree below)
            throws Exception {
        try (LayerWriter writer = store.layers().create()) {
            fixture.copying().select(spec.build(), source, context).writeTo(writer, below, null);
            return writer.seal();
        }
    }

    private Layer copy(Spec spec) throws Exception {
        try (FileTree context = fixture.open(null);
                FileTree below = MergedView.of(List.of())) {
            return copy(spec, context, true, below);
        }
    }

    private static String read(FileTree tree, String path) throws Exception {
        FileEntry file = tree.lookup(RawPath.of(path)).orElseThrow();
        try (InputStream in = tree.open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void sameFiles_giveTheSameLayer() throws Exception {
        fixture.file("src/a", "A");
        Files.createLink(fixture.context.resolve("src/b"), fixture.context.resolve("src/a"));
        fixture.link("src/l", "a");
        Layer first = copy(Spec.of("src", "/app/"));
        assertThat(copy(Spec.of("src", "/app/")).diffId()).isEqualTo(first.diffId());
    }

    @Test
    void stage_isCopiedFromWithoutUnpacking() throws Exception {
        fixture.file("src/sub/a", "A");
        Files.createLink(fixture.context.resolve("src/z"), fixture.context.resolve("src/sub/a"));
        fixture.mode("src/sub/a", 04755);
        Layer stage = copy(Spec.of("src", "/out").chown("5:6"));
        try (FileTree files = MergedView.of(List.of(stage));
                FileTree nothing = MergedView.of(List.of())) {
            Layer copied = copy(Spec.of("/out", "/in"), files, false, nothing);
            try (FileTree result = MergedView.of(List.of(copied))) {
                FileEntry file = result.lookup(RawPath.of("in/sub/a")).orElseThrow();
                assertThat(file.mode()).isEqualTo(04755);
                assertThat(file.uid() + ":" + file.gid()).isEqualTo("5:6");
                assertThat(file.hardlinkGroup()).isNotZero();
                assertThat(read(result, "in/z")).isEqualTo("A");
            }
        }
    }

    @Test
    void chown_byNameOfTheImage() throws Exception {
        fixture.file("etc/passwd", "app:x:1000:1001::/home/app:/bin/sh\n");
        fixture.file("etc/group", "staff:x:50:\n");
        fixture.file("f", "F");
        Layer base = copy(Spec.of("etc", "/etc/"));
        try (FileTree below = MergedView.of(List.of(base));
                FileTree context = fixture.open(null)) {
            Layer byUser = copy(Spec.of("f", "/f").chown("app"), context, true, below);
            Layer byBoth = copy(Spec.of("f", "/f").chown("app:staff"), context, true, below);
            try (FileTree one = MergedView.of(List.of(byUser));
                    FileTree two = MergedView.of(List.of(byBoth))) {
                assertThat(one.lookup(RawPath.of("f")).orElseThrow().gid()).isEqualTo(1001);
                assertThat(two.lookup(RawPath.of("f")).orElseThrow().gid()).isEqualTo(50);
            }
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> copy(Spec.of("f", "/f").chown("nobody"), context, true, below))
                    .isInstanceOf(CopyException.class)
                    .hasMessageContaining("nobody");
        }
    }

    @Test
    void manySmallFilesAndALargeOne_areWhole() throws Exception {
        for (int i = 0; i < 500; i++) {
            fixture.file("src/d" + i % 7 + "/f" + i, "content of " + i);
        }
        byte[] large = new byte[5 << 20];
        new java.util.Random(1).nextBytes(large);
        Files.write(fixture.context.resolve("src/d3/large"), large);
        Layer layer = copy(Spec.of("src", "/app/"));
        try (FileTree files = MergedView.of(List.of(layer))) {
            for (int i = 0; i < 500; i++) {
                assertThat(read(files, "app/d" + i % 7 + "/f" + i)).isEqualTo("content of " + i);
            }
            FileEntry entry = files.lookup(RawPath.of("app/d3/large")).orElseThrow();
            try (InputStream in = files.open(entry)) {
                assertThat(in.readAllBytes()).isEqualTo(large);
            }
        }
    }

    @Test
    void sparseFile_isCopiedWithItsHolesFilled() throws Exception {
        try (var file =
                new java.io.RandomAccessFile(fixture.context.resolve("sparse").toFile(), "rw")) {
            file.setLength(64 << 20);
        }
        Layer layer = copy(Spec.of("sparse", "/s"));
        assertThat(layer.size()).isGreaterThan(64 << 20);
    }
}
