package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.DirectoryTree;
import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/// A selection that is remembered is the one that would be found.
class SelectionMemoryTest {
    @TempDir Path temp;
    private CopyFixture fixture;

    /// A step of a test.
    private interface Change {
        void make() throws Exception;
    }

    @BeforeEach
    void make() throws Exception {
        fixture = new CopyFixture(temp);
        fixture.file("src/a", "one");
        fixture.file("src/deep/b", "two");
        fixture.file("src/deep/er/c", "three");
        fixture.link("src/link", "a");
        fixture.directory("src/empty");
        fixture.file("other/d", "four");
        settle();
    }

    /// Waits until the next change gets another time than the last.
    private void settle() throws Exception {
        Path probe = temp.resolve("probe");
        Files.writeString(probe, "");
        long made = Files.getLastModifiedTime(probe).toMillis();
        while (System.currentTimeMillis() - made < 50) {
            Thread.onSpinWait();
        }
    }

    private CopySelection select(BuildContext context, CopyFixture.Spec spec) throws Exception {
        return fixture.copying().select(spec.build(), context, true);
    }

    private boolean isRemembered(CopyFixture.Spec spec) throws Exception {
        try (BuildContext context = fixture.open(null)) {
            return select(context, spec) instanceof RememberedSelection;
        }
    }

    private boolean isRemembered(String... words) throws Exception {
        return isRemembered(CopyFixture.Spec.of(words));
    }

    @Test
    void unchanged_isRememberedWithoutAnyFileOpened() throws Exception {
        String key = fixture.key("src", "/");
        try (BuildContext context = fixture.open(null)) {
            CopySelection again = select(context, CopyFixture.Spec.of("src", "/"));
            assertThat(again).isInstanceOf(RememberedSelection.class);
            assertThat(again.contentDigest()).isEqualTo(key);
            assertThat(again.fileCount()).isEqualTo(7);
            assertThat(context.filesOpened()).isZero();
        }
    }

    @Test
    void remembered_copiesWhatIsThere() throws Exception {
        RecordedLayer first = fixture.copy("src", "/x/");
        assertThat(fixture.key("src", "/x/")).isNotEmpty();
        try (BuildContext context = fixture.open(null);
                DirectoryTree below = DirectoryTree.open(fixture.image)) {
            CopySelection again = select(context, CopyFixture.Spec.of("src", "/x/"));
            assertThat(again).isInstanceOf(RememberedSelection.class);
            RecordedLayer second = new RecordedLayer();
            again.writeTo(second, below, null);
            assertThat(second.modes()).isNotEmpty().isEqualTo(first.modes());
            assertThat(second.contents).isNotEmpty().isEqualTo(first.contents);
        }
    }

    @Test
    void anyChange_isSeen() throws Exception {
        assertSeen(() -> Files.writeString(fixture.context.resolve("src/deep/b"), "TWO"));
        assertSeen(() -> {
            Path file = fixture.context.resolve("src/deep/b");
            FileTime time = Files.getLastModifiedTime(file);
            Files.writeString(file, "tow"); // same size, and the time is set back
            Files.setLastModifiedTime(file, time);
        });
        assertSeen(() -> fixture.file("src/deep/new", ""));
        assertSeen(() -> Files.delete(fixture.context.resolve("src/deep/new")));
        assertSeen(() -> fixture.mode("src/a", 0751));
        assertSeen(() -> fixture.mode("src/empty", 0700));
        assertSeen(() -> fixture.directory("src/empty/inner"));
        assertSeen(() ->
                Files.move(
                        fixture.context.resolve("src/deep/b"),
                        fixture.context.resolve("src/deep/moved")));
        assertSeen(() -> {
            Files.delete(fixture.context.resolve("src/link"));
            fixture.link("src/link", "b");
        });
        assertSeen(() ->
                Files.setAttribute(
                        fixture.context.resolve("src/a"),
                        "user:made.by",
                        "me".getBytes(StandardCharsets.UTF_8)));
        assertSeen(() ->
                Files.createLink(
                        fixture.context.resolve("src/second"), fixture.context.resolve("src/a")));
        assertSeen(() -> fixture.file(".dockerignore", "src/deep\n"));
        assertSeen(() -> fixture.file(".dockerignore", "src/deep/er\n"));
    }

    /// The change is found, and gives the key that a build which remembers nothing would get.
    private void assertSeen(Change change) throws Exception {
        fixture.key("src", "/");
        assertThat(isRemembered("src", "/")).isTrue();
        change.make();
        settle();
        assertThat(isRemembered("src", "/")).isFalse();
        try (BuildContext fresh = new TreeCopying(null, temp).openContext(fixture.root())) {
            CopySpec spec = CopyFixture.Spec.of("src", "/").build();
            assertThat(fixture.key("src", "/"))
                    .isEqualTo(
                            new TreeCopying(null, temp).select(spec, fresh, true).contentDigest());
        }
    }

    @Test
    void directoryBecomesALinkToItsEqual_isSeen() throws Exception {
        fixture.key("src/deep", "/");
        assertThat(isRemembered("src/deep", "/")).isTrue();
        Path deep = fixture.context.resolve("src/deep");
        Files.move(deep, fixture.context.resolve("src/moved"));
        fixture.link("src/deep", "moved");
        assertThat(isRemembered("src/deep", "/")).isFalse();
    }

    @Test
    void changeElsewhere_doesNotMatter() throws Exception {
        fixture.key("src", "/");
        fixture.file("other/e", "");
        assertThat(isRemembered("src", "/")).isTrue();
    }

    @Test
    void otherPatterns_areAnotherSelection() throws Exception {
        fixture.key("src", "/");
        assertThat(isRemembered(CopyFixture.Spec.of("src", "/").exclude("a"))).isFalse();
        fixture.key(CopyFixture.Spec.of("src", "/").exclude("a"));
        assertThat(isRemembered(CopyFixture.Spec.of("src", "/").exclude("a"))).isTrue();
        assertThat(isRemembered(CopyFixture.Spec.of("src", "/").exclude("b"))).isFalse();
    }

    @Test
    void whatIsNoWholeDirectory_isNotRemembered() throws Exception {
        fixture.link("way", "src");
        settle();
        for (String source : new String[] {"src/a", "sr*", "way", "way/deep"}) {
            fixture.key(source, "/x/");
            assertThat(isRemembered(source, "/x/")).as(source).isFalse();
        }
        fixture.key(CopyFixture.Spec.of("src", "/").parents());
        assertThat(isRemembered(CopyFixture.Spec.of("src", "/").parents())).isFalse();
    }

    @Test
    void freshChange_isNotReliedUpon() throws Exception {
        fixture.file("src/a", "fresh");
        Timespec future = new Timespec(System.currentTimeMillis() / 1000 + 1000, 0);
        fixture.mtime("src/a", future); // whatever the time it says: the kernel's counts
        fixture.key("src", "/");
        assertThat(isRemembered("src", "/")).isFalse();
    }

    @Test
    void includedAgain_isLookedAtAnew() throws Exception {
        fixture.file(".dockerignore", "src/deep\n!src/deep/er\n");
        settle();
        fixture.key("src", "/");
        assertThat(isRemembered("src", "/")).isFalse();
    }

    @Test
    void damaged_countsAsNone() throws Exception {
        fixture.key("src", "/");
        assertThat(isRemembered("src", "/")).isTrue();
        for (Path file : memories()) {
            for (long at = 0; at < Files.size(file); at += 37) {
                byte[] before = Files.readAllBytes(file);
                try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                    bytes.seek(at);
                    bytes.write(before[(int) at] ^ 0x11);
                }
                assertThat(isRemembered("src", "/")).isFalse();
                Files.write(file, before);
            }
            Files.write(file, new byte[3]);
            assertThat(isRemembered("src", "/")).isFalse();
        }
    }

    private Iterable<Path> memories() throws IOException {
        try (var files = Files.list(temp.resolve("temporary/contexts"))) {
            return files.filter(f -> f.getFileName().toString().contains(".")).toList();
        }
    }

    @Test
    void changedBetweenKeyAndCopy_isAnError() throws Exception {
        fixture.key("src", "/x/");
        try (BuildContext context = fixture.open(null);
                DirectoryTree below = DirectoryTree.open(fixture.image)) {
            CopySelection remembered = select(context, CopyFixture.Spec.of("src", "/x/"));
            assertThat(remembered).isInstanceOf(RememberedSelection.class);
            fixture.file("src/a", "changed now");
            assertThatThrownBy(() -> remembered.writeTo(new RecordedLayer(), below, null))
                    .isInstanceOf(CopyException.class)
                    .hasMessageContaining("changed while it was being read");
        }
    }

    @Test
    void manyDirectories_areComparedByTwoThreads() throws Exception {
        for (int i = 0; i < 1500; i++) {
            fixture.file("src/many/" + i % 50 + "/" + i, "x");
        }
        settle();
        String key = fixture.key("src", "/");
        assertThat(isRemembered("src", "/")).isTrue();
        assertThat(fixture.key("src", "/")).isEqualTo(key);
        for (String path : new String[] {"src/many/0/0", "src/many/9/1459"}) {
            try (Dir dir = Dir.open(fixture.context)) {
                dir.chmod(RawPath.of(path), 0600);
            }
            assertThat(isRemembered("src", "/")).as(path).isFalse();
            settle();
            fixture.key("src", "/");
        }
    }
}
