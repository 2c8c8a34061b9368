package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

class FileTreeTest {
    @TempDir Path temp;

    @ParameterizedTest
    @CsvSource({
        "usr/bin/x, usr/bin/x",
        "bin/x, usr/bin/x",
        "abs/x, usr/bin/x",
        "up/x, usr/bin/x",
        "bin/new/dir, usr/bin/new/dir",
        "dangling, nowhere/at/all",
        "dangling/x, nowhere/at/all/x",
        "bin/../lib/y, usr/lib/y",
        "../../bin/x, usr/bin/x",
        "chain, usr/bin/x",
        "'', ''",
        "tolink/x, usr/bin/x",
    })
    void resolvePath_staysInTheTree(String path, String expected) throws IOException {
        try (MergedView view = view(links())) {
            assertThat(view.resolvePath(RawPath.of(path), true)).isEqualTo(RawPath.of(expected));
        }
    }

    @Test
    void resolvePath_lastLinkIsFollowedOnRequest() throws IOException {
        try (MergedView view = view(links())) {
            assertThat(view.resolvePath(RawPath.of("chain"), false)).isEqualTo(RawPath.of("chain"));
            assertThat(view.resolvePath(RawPath.of("abs/tox"), false))
                    .isEqualTo(RawPath.of("usr/bin/tox"));
            assertThat(view.resolve(RawPath.of("chain")).orElseThrow().isRegular()).isTrue();
            assertThat(view.resolve(RawPath.of("dangling"))).isEmpty();
            assertThat(view.lookup(RawPath.of("bin/x"))).isEmpty();
        }
    }

    @Test
    void loop_ends() throws IOException {
        try (MergedView view = view(new TestTar().symlink("a", "b/c").symlink("b", "a"))) {
            assertThatThrownBy(() -> view.resolve(RawPath.of("a")))
                    .isInstanceOf(FileSystemLoopException.class);
        }
    }

    @Test
    void directoryTree_neverLeavesItsRoot() throws IOException {
        Path root = Files.createDirectories(temp.resolve("root/sub"));
        Files.writeString(temp.resolve("secret"), "secret");
        Files.createSymbolicLink(root.resolve("out"), temp);
        Files.createSymbolicLink(root.resolve("file"), temp.resolve("secret"));
        Files.writeString(root.resolve("in"), "inside");
        try (DirectoryTree tree = DirectoryTree.open(temp.resolve("root"))) {
            assertThat(tree.lookup(RawPath.of("sub/out/secret"))).isEmpty();
            assertThat(tree.lookup(RawPath.of("../secret"))).isEmpty();
            assertThat(tree.resolve(RawPath.of("sub/file"))).isEmpty();
            assertThat(tree.children(RawPath.of("sub/out"))).isEmpty();
            FileEntry file = tree.lookup(RawPath.of("sub/file")).orElseThrow();
            assertThat(file.isSymlink()).isTrue();
            assertThatThrownBy(() -> tree.open(file)).isInstanceOf(IOException.class);
            FileEntry inside = tree.lookup(RawPath.of("/sub/./in")).orElseThrow();
            try (InputStream in = tree.open(inside)) {
                assertThat(in.readAllBytes()).asString().isEqualTo("inside");
            }
            assertThat(tree.children(RawPath.of("sub")))
                    .extracting(e -> e.path().toString())
                    .containsExactly("sub/file", "sub/in", "sub/out");
            assertThat(tree.children(RawPath.of("sub/in"))).isEmpty();
        }
    }

    @Test
    void mergedView_ofLayers() throws IOException {
        try (MergedView view =
                view(
                        new TestTar()
                                .dir("d", 0700)
                                .file("d/a", "old")
                                .file("d/b", "b")
                                .dir("d/sub")
                                .file("d/sub/x", "x"),
                        new TestTar().file("d/a", "new").file("d/.wh.sub", ""),
                        new TestTar().file("d/sub/y", "y"))) {
            assertThat(view.children(RawPath.of("d")))
                    .extracting(e -> e.path().toString())
                    .containsExactly("d/a", "d/b", "d/sub");
            assertThat(view.children(RawPath.of("d/sub")))
                    .extracting(e -> e.path().toString())
                    .containsExactly("d/sub/y");
            assertThat(view.lookup(RawPath.of("d")).orElseThrow().mode()).isEqualTo(0700);
            assertThat(view.lookup(RawPath.of("d/sub/x"))).isEmpty();
            assertThat(text(view, "d/a")).isEqualTo("new");
            assertThat(text(view, "d/b")).isEqualTo("b");
            assertThatThrownBy(() -> view.open(FileEntry.file(RawPath.of("d/none"), 0, 0)))
                    .isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void mergedView_ofNothing() throws IOException {
        try (MergedView view = MergedView.of(List.of())) {
            assertThat(view.lookup(RawPath.ROOT).orElseThrow().isDirectory()).isTrue();
            assertThat(view.children(RawPath.ROOT)).isEmpty();
        }
    }

    private static TestTar links() {
        return new TestTar()
                .dir("usr/bin")
                .file("usr/bin/x", "x")
                .symlink("usr/bin/tox", "x")
                .file("usr/lib/y", "y")
                .symlink("bin", "usr/bin")
                .symlink("abs", "/usr/bin")
                .symlink("up", "../../../usr/./bin/")
                .symlink("tolink", "abs")
                .symlink("chain", "tolink/tox")
                .symlink("dangling", "/nowhere/at/all");
    }

    private MergedView view(TestTar... bottomFirst) throws IOException {
        Store store = Store.open(temp.resolve("store"));
        var layers = new java.util.ArrayList<Layer>();
        for (TestTar tar : bottomFirst) {
            byte[] bytes = tar.bytes();
            Descriptor descriptor = Descriptor.of("", Digest.sha256(bytes), bytes.length);
            layers.add(store.layers().add(new ByteArrayInputStream(bytes), descriptor, null));
        }
        store.close();
        try (Store again = Store.open(temp.resolve("store"))) {
            var found = new java.util.ArrayList<Layer>();
            for (Layer layer : layers) {
                found.add(again.layers().find(layer.diffId()).orElseThrow());
            }
            return MergedView.of(found);
        }
    }

    private static String text(FileTree tree, String path) throws IOException {
        FileEntry entry = tree.lookup(RawPath.of(path)).orElseThrow();
        try (InputStream in = tree.open(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
