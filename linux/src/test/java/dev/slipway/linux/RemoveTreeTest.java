package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

class RemoveTreeTest {
    private static final int DEPTH = 10_000;

    @TempDir Path temp;

    @Test
    void removeTree_doesNotFollowLinks() throws IOException {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.writeString(outside.resolve("kept"), "x");
        Path tree = Files.createDirectories(temp.resolve("tree/sub"));
        Files.createSymbolicLink(tree.resolve("dir"), outside);
        Files.createSymbolicLink(tree.resolve("file"), outside.resolve("kept"));
        Files.createSymbolicLink(temp.resolve("top"), outside);
        try (Dir dir = Dir.open(temp)) {
            dir.removeTree(RawPath.of("tree"));
            dir.removeTree(RawPath.of("top"));
            dir.removeTree(RawPath.of("missing"));
            dir.removeTree(RawPath.of("missing/below"));
            assertThat(dir.list()).extracting(e -> e.name().toString()).containsExactly("outside");
        }
        assertThat(outside.resolve("kept")).hasContent("x");
    }

    @Test
    void removeTree_ofRootEmptiesIt() throws IOException {
        Files.createDirectories(temp.resolve("a/b/c"));
        Files.writeString(temp.resolve("f"), "x");
        try (Dir dir = Dir.open(temp)) {
            dir.removeTree(RawPath.ROOT);
            assertThat(dir.list()).isEmpty();
        }
    }

    @Test
    void removeTree_10000LevelsDeep() throws IOException {
        try (Dir dir = Dir.open(temp)) {
            makeDeep(dir);
            long open = openDescriptors();
            dir.removeTree(RawPath.of("d"));
            assertThat(openDescriptors()).isEqualTo(open);
            assertThat(dir.list()).isEmpty();
        }
    }

    @Test
    void paths_longerThanTheKernelTakesWorkWithoutLinks() throws IOException {
        try (Dir dir = Dir.open(temp)) {
            makeDeep(dir);
            RawPath deepest = RawPath.of("d" + "/d".repeat(DEPTH - 1));
            try (Dir bottom = dir.openDir(deepest, Resolve.IN_ROOT)) {
                assertThat(bottom.list()).extracting(e -> e.name().toString()).containsExactly("f");
            }
            assertThat(dir.stat(deepest.child("f")).type()).isEqualTo(FileType.REGULAR);
            dir.removeTree(RawPath.of("d"));
        }
    }

    private static void makeDeep(Dir top) throws IOException {
        Dir current = top.openDir(RawPath.ROOT, Resolve.BENEATH);
        RawPath name = RawPath.of("d");
        for (int i = 0; i < DEPTH; i++) {
            current.mkdir(name, 0755);
            Dir next = current.openDir(name, Resolve.NO_SYMLINKS);
            current.close();
            current = next;
        }
        current.mknod(RawPath.of("f"), FileType.REGULAR, 0644, 0, 0);
        current.close();
    }

    private static long openDescriptors() {
        return Objects.requireNonNull(Path.of("/proc/self/fd").toFile().list()).length;
    }
}
