package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.FileEntry;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

class BuildContextTest {
    @TempDir Path temp;
    private CopyFixture fixture;

    @BeforeEach
    void make() throws IOException {
        fixture = new CopyFixture(temp);
    }

    /// All paths of the context, directories before their contents.
    private List<String> paths(Path dockerfile) throws Exception {
        try (BuildContext context = fixture.open(dockerfile)) {
            List<String> paths = new ArrayList<>();
            collect(context, RawPath.ROOT, paths);
            return paths;
        }
    }

    private static void collect(BuildContext context, RawPath directory, List<String> paths)
            throws IOException {
        for (FileEntry entry : context.children(directory)) {
            paths.add(entry.path().toString());
            assertThat(context.lookup(entry.path())).contains(entry);
            if (entry.isDirectory()) {
                collect(context, entry.path(), paths);
            }
        }
    }

    private List<String> paths() throws Exception {
        return paths(fixture.context.resolve("Dockerfile"));
    }

    @Test
    void ignored_isNotThere() throws Exception {
        fixture.file("a.log", "");
        fixture.file("b.txt", "");
        fixture.file("node_modules/x/y.js", "");
        fixture.file(".dockerignore", "*.log\nnode_modules\n.dockerignore\n");
        assertThat(paths()).containsExactly("b.txt");
    }

    @Test
    void ignored_isEnteredOnlyForWhatIsIncludedAgain() throws Exception {
        fixture.file("out/keep/a.js", "");
        fixture.file("out/drop/b.js", "");
        fixture.file("out/c.js", "");
        fixture.file("other/d.js", "");
        fixture.file(".dockerignore", "out\nother\n!out/keep\n.dockerignore");
        assertThat(paths()).containsExactly("out", "out/keep", "out/keep/a.js");
    }

    @Test
    void dockerfilesOwnIgnoreFile_goesFirst() throws Exception {
        fixture.file("a", "");
        fixture.file("b", "");
        fixture.file(".dockerignore", "a\n");
        fixture.file("docker/My.dockerignore", "b\n.dockerignore\ndocker\n");
        assertThat(paths(fixture.context.resolve("docker/My"))).containsExactly("a");
    }

    @Test
    void noOpBuild_readsNoFile() throws Exception {
        for (int i = 0; i < 50; i++) {
            fixture.file("src/d" + i % 5 + "/f" + i, "content " + i);
        }
        settle();
        String key;
        try (BuildContext context = fixture.open(null)) {
            key = digest(context, "src", "/d");
            assertThat(context.filesOpened()).isEqualTo(50);
        }
        try (BuildContext context = fixture.open(null)) {
            assertThat(digest(context, "src", "/d")).isEqualTo(key);
            assertThat(context.filesOpened()).isZero();
        }
        Files.writeString(fixture.context.resolve("src/d0/f0"), "CONTENT 0");
        try (BuildContext context = fixture.open(null)) {
            assertThat(digest(context, "src", "/d")).isNotEqualTo(key);
            assertThat(context.filesOpened()).isEqualTo(1);
        }
    }

    @Test
    void onlyWhatIsCopied_isRead() throws Exception {
        fixture.file("a/f", "1");
        fixture.file("b/g", "2");
        try (BuildContext context = fixture.open(null)) {
            digest(context, "a", "/d");
            assertThat(context.filesOpened()).isEqualTo(1);
        }
    }

    @Test
    void sameSizeAndMtime_isNoticedByTheChangeTime() throws Exception {
        fixture.file("f", "one");
        Timespec time = new Timespec(1_000_000, 0);
        fixture.mtime("f", time);
        settle();
        String key = fixture.key("f", "/f");
        Files.writeString(fixture.context.resolve("f"), "two");
        fixture.mtime("f", time);
        assertThat(fixture.key("f", "/f")).isNotEqualTo(key);
    }

    @Test
    void racilyClean_isReadAgain() throws Exception {
        fixture.file("f", "one");
        try (BuildContext context = fixture.open(null)) {
            // The file changes after the walk, within the clock tick of its last change.
            FileStat stat =
                    Objects.requireNonNull(
                            Objects.requireNonNull(context.find(RawPath.of("f"))).stat());
            StatCache racy = StatCache.open(null, stat.ctime());
            racy.putDigest(stat, new byte[32]);
            assertThat(racy.known(stat).digest()).isNull();
            StatCache later = StatCache.open(null, new Timespec(stat.ctime().seconds() + 20, 0));
            later.putDigest(stat, new byte[32]);
            assertThat(later.known(stat).digest()).isNotNull();
        }
    }

    @Test
    void statCache_damagedOrForeign_isIgnored() throws Exception {
        fixture.file("f", "one");
        settle();
        String key = fixture.key("f", "/f");
        Path cache = onlyFile(temp.resolve("temporary/contexts"));
        try (RandomAccessFile file = new RandomAccessFile(cache.toFile(), "rw")) {
            file.seek(60);
            file.write(0x55);
        }
        try (BuildContext context = fixture.open(null)) {
            assertThat(digest(context, "f", "/f")).isEqualTo(key);
            assertThat(context.filesOpened()).isEqualTo(1);
        }
        Files.writeString(cache, "no cache");
        assertThat(fixture.key("f", "/f")).isEqualTo(key);
    }

    private static Path onlyFile(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000", "1000000, 1000000", "1000000, 999999", "1000000, 1000001"})
    void fileChangingWhileCopied_isAnError(int before, int after) throws Exception {
        Path file = fixture.file("f", "x".repeat(before));
        try (BuildContext context = fixture.open(null)) {
            CopySelection selection =
                    fixture.copying().select(CopyFixture.Spec.of("f", "/f").build(), context, true);
            Files.writeString(file, "y".repeat(after));
            Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(5));
            assertThatThrownBy(() -> selection.writeTo(new RecordedLayer(), context, null))
                    .isInstanceOf(CopyException.class)
                    .hasMessage("f changed while it was being copied");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1000, 1001})
    void fileChangingWhileDigested_isAnError(int after) throws Exception {
        Path file = fixture.file("f", "x".repeat(1000));
        try (BuildContext context = fixture.open(null)) {
            CopySelection selection =
                    fixture.copying().select(CopyFixture.Spec.of("f", "/f").build(), context, true);
            Files.writeString(file, "y".repeat(after));
            Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(5));
            assertThatThrownBy(selection::contentDigest)
                    .isInstanceOf(FileChangedException.class)
                    .hasMessage("f changed while it was being copied");
        }
    }

    @Test
    void fileReplacedByFifoOrLink_isNotFollowed() throws Exception {
        Path file = fixture.file("f", "data");
        Files.writeString(temp.resolve("secret"), "host");
        try (BuildContext context = fixture.open(null)) {
            SourceFile found = Objects.requireNonNull(context.find(RawPath.of("f")));
            Files.delete(file);
            Files.createSymbolicLink(file, temp.resolve("secret"));
            assertThatThrownBy(() -> context.open(found.entry())).isInstanceOf(IOException.class);
            if (dev.slipway.linux.Host.uid() == 0) {
                Files.delete(file);
                try (Dir dir = Dir.open(fixture.context)) {
                    dir.mknod(RawPath.of("f"), dev.slipway.linux.FileType.FIFO, 0644, 0, 0);
                }
                assertThatThrownBy(() -> context.open(found.entry()))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void writingFirst_givesTheDigestWithoutReadingAgain() throws Exception {
        fixture.file("src/a", "A");
        fixture.file("src/b", "B");
        settle();
        try (BuildContext context = fixture.open(null)) {
            CopySelection selection =
                    fixture.copying()
                            .select(CopyFixture.Spec.of("src", "/d").build(), context, true);
            RecordedLayer layer = new RecordedLayer();
            selection.writeTo(layer, context, null);
            assertThat(context.filesOpened()).isEqualTo(2);
            String digest = selection.contentDigest();
            assertThat(context.filesOpened()).isEqualTo(2);
            assertThat(digest).isEqualTo(fixture.key("src", "/d"));
            assertThat(layer.contents).containsEntry("d/a", "A");
        }
    }

    private String digest(BuildContext context, String... words) throws Exception {
        return fixture.copying()
                .select(CopyFixture.Spec.of(words).build(), context, true)
                .contentDigest();
    }

    /// Waits until the files made so far are older than a clock tick: younger ones are rightly read
    /// again.
    private void settle() throws IOException {
        Path probe = temp.resolve("probe");
        Files.writeString(probe, "");
        try (Dir dir = Dir.open(temp)) {
            Timespec made = dir.stat(RawPath.of("probe")).ctime();
            long age;
            do {
                java.time.Instant now = java.time.Instant.now();
                age =
                        (now.getEpochSecond() - made.seconds()) * 1_000_000_000
                                + now.getNano()
                                - made.nanos();
                Thread.onSpinWait();
            } while (age < 30_000_000);
        }
    }
}
