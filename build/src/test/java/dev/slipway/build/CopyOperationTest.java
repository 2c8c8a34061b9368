package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.build.CopyFixture.Spec;
import dev.slipway.image.FileEntry;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class CopyOperationTest {
    @TempDir Path temp;
    private CopyFixture fixture;

    @BeforeEach
    void make() throws IOException {
        fixture = new CopyFixture(temp);
    }

    @Test
    void file_toName() throws Exception {
        fixture.file("a.txt", "A");
        RecordedLayer layer = fixture.copy("a.txt", "/opt/x/b.txt");
        assertThat(layer.modes()).containsExactly("d0755 opt", "d0755 opt/x", "-0644 opt/x/b.txt");
        assertThat(layer.contents).containsEntry("opt/x/b.txt", "A");
    }

    @Test
    void file_toDirectory_bySlashDotOrExisting() throws Exception {
        fixture.file("a.txt", "A");
        fixture.directoryBelow("there");
        assertThat(fixture.copy("a.txt", "/new/").contents).containsOnlyKeys("new/a.txt");
        assertThat(fixture.copy("a.txt", "/there").contents).containsOnlyKeys("there/a.txt");
        assertThat(fixture.copy("a.txt", ".").contents).containsOnlyKeys("work/a.txt");
        assertThat(fixture.copy("a.txt", "./").contents).containsOnlyKeys("work/a.txt");
        assertThat(fixture.copy("a.txt", "x/.").contents).containsOnlyKeys("work/x/a.txt");
        assertThat(fixture.copy("a.txt", "/").contents).containsOnlyKeys("a.txt");
        assertThat(fixture.copy("a.txt", "../b").contents).containsOnlyKeys("b");
    }

    @Test
    void source_isClippedAtTheRoot() throws Exception {
        fixture.file("a.txt", "A");
        for (String source : new String[] {"/a.txt", "../../a.txt", "./a.txt", "x/../a.txt"}) {
            assertThat(fixture.copy(source, "/b").contents).as(source).containsOnlyKeys("b");
        }
    }

    @Test
    void directory_copiesContentsOnly() throws Exception {
        fixture.file("src/a", "A");
        fixture.file("src/sub/b", "B");
        fixture.directory("src/empty");
        fixture.mode("src/sub", 0700);
        fixture.mode("src", 0700);
        for (String source : new String[] {"src", "src/", "./src/."}) {
            assertThat(fixture.copy(source, "/d").modes())
                    .as(source)
                    .containsExactly(
                            "d0755 d",
                            "-0644 d/a",
                            "d0755 d/empty",
                            "d0700 d/sub",
                            "-0644 d/sub/b");
        }
    }

    @Test
    void directory_ontoExisting_keepsItsAttributesButNotThoseBelow() throws Exception {
        fixture.file("src/sub/b", "B");
        fixture.mode("src/sub", 0700);
        Files.setPosixFilePermissions(
                fixture.directoryBelow("d/sub"),
                java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
        try (Dir image = Dir.open(fixture.image)) {
            image.chmod(RawPath.of("d"), 01777);
        }
        RecordedLayer layer = fixture.copy("src", "/d");
        assertThat(layer.modes()).containsExactly("d1777 d", "d0700 d/sub", "-0644 d/sub/b");
    }

    @Test
    void directory_ontoFile_isAnError() throws Exception {
        fixture.file("src/a", "A");
        fixture.below("d", "a file");
        assertThatThrownBy(() -> fixture.copy("src", "/d"))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("/d");
        fixture.file("src2/d/a", "A");
        assertThatThrownBy(() -> fixture.copy("src2", "/")).isInstanceOf(CopyException.class);
    }

    @Test
    void file_overFileOrLink_replaces_overNestedDirectory_isAnError() throws Exception {
        fixture.file("src/a", "A");
        fixture.file("src/b", "B");
        fixture.below("d/a", "old");
        fixture.linkBelow("d/b", "/etc/passwd");
        RecordedLayer layer = fixture.copy("src", "/d");
        assertThat(layer.entry("d/b").type()).isEqualTo(FileType.REGULAR);
        fixture.directoryBelow("e/a");
        assertThatThrownBy(() -> fixture.copy("src", "/e"))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("cannot replace the directory /e/a with a file");
    }

    @Test
    void file_underFile_isAnError() throws Exception {
        fixture.file("a", "A");
        fixture.below("f", "a file");
        assertThatThrownBy(() -> fixture.copy("a", "/f/x"))
                .isInstanceOf(CopyException.class)
                .hasMessage("/f is not a directory");
    }

    @Test
    void severalSources_needADirectory() throws Exception {
        fixture.file("a", "A");
        fixture.file("b", "B");
        fixture.file("c/d", "D");
        assertThat(fixture.copy("a", "b", "c", "/x/").contents)
                .containsOnlyKeys("x/a", "x/b", "x/d");
        assertThatThrownBy(() -> fixture.copy("a", "b", "/x"))
                .isInstanceOfSatisfying(
                        CopyException.class,
                        e -> assertThat(e.hint()).contains("must be a directory and end with /"));
        fixture.directoryBelow("there");
        assertThat(fixture.copy("a", "b", "/there").contents)
                .containsOnlyKeys("there/a", "there/b");
    }

    @Test
    void severalSources_laterWins() throws Exception {
        fixture.file("one/f", "1");
        fixture.file("two/f", "2");
        assertThat(fixture.copy("one", "two", "/d").contents).containsEntry("d/f", "2");
        assertThat(fixture.copy("two/f", "one/f", "/d/").contents).containsEntry("d/f", "1");
    }

    @Test
    void wildcards_matchAsInGo() throws Exception {
        fixture.file("hom1.txt", "1");
        fixture.file("hom2.txt", "2");
        fixture.file("home.md", "3");
        fixture.file("dir/hom3.txt", "4");
        fixture.file("arr[0].txt", "5");
        assertThat(fixture.copy("hom*.txt", "/d/").contents)
                .containsOnlyKeys("d/hom1.txt", "d/hom2.txt");
        assertThat(fixture.copy("hom?.txt", "/d/").contents).hasSize(2);
        assertThat(fixture.copy("hom[2-9].txt", "/d/").contents).containsOnlyKeys("d/hom2.txt");
        assertThat(fixture.copy("hom[^2].txt", "/d/").contents).containsOnlyKeys("d/hom1.txt");
        assertThat(fixture.copy("*/*.txt", "/d/").contents).containsOnlyKeys("d/hom3.txt");
        assertThat(fixture.copy("arr[[]0].txt", "/d/").contents).containsOnlyKeys("d/arr[0].txt");
        assertThat(fixture.copy("arr\\[0].txt", "/d/").contents).containsOnlyKeys("d/arr[0].txt");
        assertThat(fixture.copy("d*", "/d/").contents)
                .as("the contents of a directory that matches")
                .containsOnlyKeys("d/hom3.txt");
        assertThat(fixture.copy("*.md", "/only").contents).containsOnlyKeys("only");
    }

    @Test
    void wildcard_matchingNothing_copiesNothing() throws Exception {
        fixture.file("a", "A");
        assertThat(fixture.copy("*.none", "a", "/d/").contents).containsOnlyKeys("d/a");
        assertThat(fixture.copy("*.none", "/d/").entries).isEmpty();
    }

    @Test
    void wildcard_malformed_isAnError() {
        assertThatThrownBy(() -> fixture.copy("a[", "/d/"))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("a[");
    }

    @Test
    void sourceLinks_followedAtTheTop_keptBelow() throws Exception {
        fixture.file("real/file", "R");
        fixture.link("real/inner", "file");
        fixture.link("dirlink", "/real");
        fixture.link("filelink", "dirlink/file");
        RecordedLayer directory = fixture.copy("dirlink", "/d");
        assertThat(directory.entry("d/inner").linkTarget()).isEqualTo(RawPath.of("file"));
        assertThat(fixture.copy("filelink", "/d/").contents).containsOnlyKeys("d/filelink");
        assertThat(fixture.copy("dirlink/f*", "/d/").contents).containsOnlyKeys("d/file");
        assertThat(fixture.copy("filel*", "/d/").contents).containsEntry("d/filelink", "R");
    }

    @Test
    void sourceLink_outOfTheContext_findsNothing() throws Exception {
        Path secret = Files.writeString(temp.resolve("secret"), "host");
        fixture.link("escape", secret.toString());
        fixture.link("up", "../secret");
        for (String name : new String[] {"escape", "up"}) {
            assertThatThrownBy(() -> fixture.copy(name, "/d/"))
                    .isInstanceOf(CopyException.class)
                    .hasMessageContaining("symbolic link to");
        }
    }

    @Test
    void sourceLink_loop_isAnError() throws Exception {
        fixture.link("a", "b");
        fixture.link("b", "a");
        assertThatThrownBy(() -> fixture.copy("a", "/d/"))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("too many symbolic links");
    }

    @Test
    void destinationLinks_areFollowedInTheImage() throws Exception {
        fixture.file("a", "A");
        fixture.directoryBelow("real");
        fixture.linkBelow("abs", "/real");
        fixture.linkBelow("rel", "abs");
        fixture.linkBelow("dangling", "/made/here");
        fixture.linkBelow("up", "../../../real");
        assertThat(fixture.copy("a", "/rel/").contents).containsOnlyKeys("real/a");
        assertThat(fixture.copy("a", "/abs").contents).containsOnlyKeys("real/a");
        assertThat(fixture.copy("a", "/up/x/y").contents).containsOnlyKeys("real/x/y");
        assertThat(fixture.copy("a", "/dangling/").contents).containsOnlyKeys("made/here/a");
        assertThat(fixture.copy("a", "/dangling").contents).containsOnlyKeys("made/here");
        fixture.linkBelow("loop", "loop");
        assertThatThrownBy(() -> fixture.copy("a", "/loop/"))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("too many symbolic links");
    }

    @Test
    void destinationLink_copiedBefore_isFollowed() throws Exception {
        // A link made by an earlier source must not lead later ones out of the image.
        fixture.directory("one");
        fixture.link("one/out", "/etc");
        fixture.file("two/out/passwd", "evil");
        assertThatThrownBy(() -> fixture.copy("one", "two", "/d"))
                .isInstanceOf(CopyException.class);
    }

    @Test
    void link_seesNothingBelow() throws Exception {
        fixture.file("a", "A");
        fixture.directoryBelow("real");
        fixture.linkBelow("abs", "/real");
        assertThat(fixture.copy(Spec.of("a", "/abs/").link()).contents).containsOnlyKeys("abs/a");
        assertThat(fixture.copy(Spec.of("a", "/real").link()).contents).containsOnlyKeys("real");
    }

    @Test
    void chownAndChmod_applyToAllThatIsMade() throws Exception {
        fixture.file("src/sub/f", "F");
        fixture.link("src/l", "sub");
        RecordedLayer layer = fixture.copy(Spec.of("src", "/new/d").chown("123:456").chmod("4750"));
        assertThat(layer.modes())
                .containsExactly(
                        "d0755 new",
                        "d0755 new/d",
                        "l0777 new/d/l",
                        "d4750 new/d/sub",
                        "-4750 new/d/sub/f");
        assertThat(layer.entries.values())
                .allSatisfy(e -> assertThat(e.uid() + ":" + e.gid()).isEqualTo("123:456"));
        assertThat(fixture.copy(Spec.of("src/sub/f", "/f").chown("7")).entry("f").gid())
                .isEqualTo(7);
    }

    @Test
    void owner_ofContextFiles_isRootWhoeverOwnsThem() throws Exception {
        Path file = fixture.file("f", "F");
        if (dev.slipway.linux.Host.uid() == 0) {
            Files.setAttribute(file, "unix:uid", 1234);
        }
        FileEntry entry = fixture.copy("f", "/f").entry("f");
        assertThat(entry.uid() + ":" + entry.gid()).isEqualTo("0:0");
    }

    @Test
    void modesAndTimes_areKept() throws Exception {
        fixture.file("src/f", "F");
        fixture.mode("src/f", 06711);
        fixture.directory("src/t");
        fixture.mode("src/t", 01777);
        Timespec time = new Timespec(1_600_000_000, 123_456_789);
        fixture.mtime("src/f", time);
        RecordedLayer layer = fixture.copy("src", "/");
        assertThat(layer.modes()).containsExactly("-6711 f", "d1777 t");
        assertThat(layer.entry("f").mtime()).isEqualTo(time);
    }

    @Test
    void latest_clampsOnlyWhatIsNewer() throws Exception {
        Timespec old = new Timespec(1000, 5);
        Timespec latest = new Timespec(2000, 0);
        fixture.file("src/old", "");
        fixture.file("src/new", "");
        fixture.mtime("src/old", old);
        RecordedLayer layer = fixture.copy(Spec.of("src", "/made/d").latest(latest));
        assertThat(layer.entry("made/d/old").mtime()).isEqualTo(old);
        assertThat(layer.entry("made/d/new").mtime()).isEqualTo(latest);
        assertThat(layer.entry("made").mtime()).isEqualTo(latest);
    }

    @Test
    void impliedDirectories_haveNoWallClock() throws Exception {
        fixture.file("a", "A");
        assertThat(fixture.copy("a", "/x/").entry("x").mtime()).isEqualTo(Timespec.EPOCH);
    }

    @Test
    void hardLinks_areKeptWithinOneCopy() throws Exception {
        Path one = fixture.file("src/m/one", "data");
        Files.createLink(fixture.context.resolve("src/a"), one);
        Files.createLink(fixture.context.resolve("src/z"), one);
        RecordedLayer layer = fixture.copy("src", "/d");
        assertThat(layer.contents).containsOnlyKeys("d/a");
        assertThat(layer.links)
                .containsEntry("d/m/one", "d/a")
                .containsEntry("d/z", "d/a")
                .hasSize(2);
    }

    @Test
    void socket_becomesAnEmptyFile_fifoAndDeviceStay() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                dev.slipway.linux.Host.uid() == 0 || System.getenv("CI") != null,
                "needs root: mknod");
        fixture.directory("src");
        try (Dir dir = Dir.open(fixture.context)) {
            dir.mknod(RawPath.of("src/s"), FileType.SOCKET, 0755, 0, 0);
            dir.mknod(RawPath.of("src/p"), FileType.FIFO, 0644, 0, 0);
            dir.mknod(RawPath.of("src/c"), FileType.CHARACTER_DEVICE, 0644, 1, 3);
        }
        RecordedLayer layer = fixture.copy("src", "/d");
        assertThat(layer.modes()).containsExactly("d0755 d", "c0644 d/c", "p0644 d/p", "-0755 d/s");
        assertThat(layer.entry("d/c").deviceMinor()).isEqualTo(3);
        assertThat(fixture.key("src", "/d")).isNotEmpty();
    }

    @Test
    void xattrs_thatMeanSomethingElsewhereAreKept() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                dev.slipway.linux.Host.uid() == 0 || System.getenv("CI") != null,
                "needs root: xattrs");
        fixture.file("f", "F");
        byte[] capability = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        try (Dir dir = Dir.open(fixture.context)) {
            RawPath f = RawPath.of("f");
            dir.setXattr(f, "security.capability", capability);
            dir.setXattr(f, "user.note", new byte[] {1});
            dir.setXattr(f, "user.overlay.opaque", new byte[] {'y'});
            dir.setXattr(f, "trusted.x", new byte[] {1});
        }
        assertThat(fixture.copy("f", "/f").entry("f").xattrs())
                .containsOnlyKeys("security.capability", "user.note");
    }

    @Test
    void names_areBytes() throws Exception {
        RawPath odd = RawPath.ofBytes(new byte[] {'a', (byte) 0xff, '\n'});
        fixture.directory("src");
        try (Dir dir = Dir.open(fixture.context)) {
            dir.mknod(RawPath.of("src").child(odd), FileType.REGULAR, 0644, 0, 0);
        }
        RecordedLayer layer = fixture.copy("src", "/d");
        assertThat(layer.entries.values())
                .extracting(FileEntry::path)
                .contains(RawPath.of("d").child(odd));
        assertThat(fixture.copy("src/a*", "/e/").entries).hasSize(2);
    }

    @Test
    void heredoc_isAFile() throws Exception {
        RecordedLayer layer = fixture.copy(Spec.of("/d/").inline("EOF", "hello\n").chmod("u+x"));
        assertThat(layer.contents).containsEntry("d/EOF", "hello\n");
        assertThat(layer.modes()).containsExactly("d0755 d", "-0744 d/EOF");
        assertThat(fixture.copy(Spec.of("/d").inline("EOF", "x")).contents).containsOnlyKeys("d");
    }

    @Test
    void exclude_leavesOut_andReincludes() throws Exception {
        fixture.file("src/a.txt", "");
        fixture.file("src/b.md", "");
        fixture.file("src/sub/c.txt", "");
        fixture.file("src/sub/keep.txt", "");
        assertThat(fixture.copy(Spec.of("src", "/d").exclude("*.txt")).contents)
                .containsOnlyKeys("d/b.md", "d/sub/c.txt", "d/sub/keep.txt");
        assertThat(fixture.copy(Spec.of("src", "/d").exclude("**/*.txt")).contents)
                .containsOnlyKeys("d/b.md");
        RecordedLayer layer = fixture.copy(Spec.of("src", "/d").exclude("sub", "!sub/keep.txt"));
        assertThat(layer.contents).containsOnlyKeys("d/a.txt", "d/b.md", "d/sub/keep.txt");
        assertThat(fixture.copy(Spec.of("src/*", "/d/").exclude("*.txt")).contents)
                .as("a matched directory's files are known by their path in it")
                .containsOnlyKeys("d/b.md");
    }

    @Test
    void parents_keepsTheWay() throws Exception {
        fixture.file("x/a/one.txt", "");
        fixture.file("x/b/two.txt", "");
        fixture.file("y/three.md", "");
        fixture.mode("x/a", 0700);
        assertThat(fixture.copy(Spec.of("x/a/one.txt", "y/three.md", "/p/").parents()).modes())
                .containsExactly(
                        "d0755 p",
                        "d0755 p/x",
                        "d0700 p/x/a",
                        "-0644 p/x/a/one.txt",
                        "d0755 p/y",
                        "-0644 p/y/three.md");
        assertThat(fixture.copy(Spec.of("**/*.txt", "/p/").parents()).contents)
                .containsOnlyKeys("p/x/a/one.txt", "p/x/b/two.txt");
        assertThat(fixture.copy(Spec.of("x/*/*.txt", "/p/").parents()).contents)
                .containsOnlyKeys("p/x/a/one.txt", "p/x/b/two.txt");
        assertThat(fixture.copy(Spec.of("x", "/p/").parents()).contents)
                .containsOnlyKeys("p/x/a/one.txt", "p/x/b/two.txt");
    }

    @Test
    void parents_pivot() throws Exception {
        fixture.file("x/a/one.txt", "");
        fixture.file("x/b/two.txt", "");
        assertThat(fixture.copy(Spec.of("./x/./*/*.txt", "/p/").parents()).contents)
                .containsOnlyKeys("p/a/one.txt", "p/b/two.txt");
        assertThat(fixture.copy(Spec.of("x/./a/one.txt", "/p/").parents()).contents)
                .containsOnlyKeys("p/a/one.txt");
        assertThatThrownBy(() -> fixture.copy(Spec.of("x/./none.txt", "/p/").parents()))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("x/./none.txt");
    }

    @Test
    void missing_ofAShortName_namesNoneThatSharesNoLetter() throws Exception {
        fixture.file("D5", "");
        assertThatThrownBy(() -> fixture.copy("x", "/d/"))
                .isInstanceOfSatisfying(CopyException.class, e -> assertThat(e.hint()).isNull());
    }

    @Test
    void missing_namesTheNearest() throws Exception {
        fixture.file("src/main.c", "");
        assertThatThrownBy(() -> fixture.copy("src/mian.c", "/d/"))
                .isInstanceOfSatisfying(
                        CopyException.class,
                        e -> {
                            assertThat(e).hasMessage("\"src/mian.c\" not found");
                            assertThat(e.hint()).isEqualTo("did you mean src/main.c?");
                        });
        assertThatThrownBy(() -> fixture.copy("Src/main.c", "/d/"))
                .isInstanceOfSatisfying(
                        CopyException.class,
                        e -> assertThat(e.hint()).isEqualTo("did you mean src?"));
    }

    @Test
    void missing_becauseIgnored_saysByWhichPattern() throws Exception {
        fixture.file("dist/app.js", "");
        fixture.file(".dockerignore", "*.log\ndist\n");
        assertThatThrownBy(() -> fixture.copy("dist/app.js", "/d/"))
                .isInstanceOfSatisfying(
                        CopyException.class,
                        e -> {
                            assertThat(e).hasMessageContaining("hidden by 'dist' in .dockerignore");
                            assertThat(e.hint()).contains("!dist/app.js");
                        });
    }

    @Test
    void wideTree_isInTreeOrder() throws Exception {
        for (String name : new String[] {"a", "a.b", "a/x", "a-b", "b/é/x", "b/z"}) {
            if (!name.equals("a")) {
                fixture.file("src/" + name, name);
            }
        }
        assertThat(fixture.copy("src", "/d").contents).hasSize(5); // RecordedLayer checks the order
    }

    @Test
    void deepTree_copies() throws Exception {
        int depth = 2000;
        deepDirectory(depth);
        try {
            assertThat(fixture.copy("src", "/x").entries).hasSize(depth + 1);
        } finally {
            removeDeepDirectory();
        }
    }

    /// Paths that no file system call takes cost time that grows with the square of their depth.
    @Test
    void treeDeeperThanPathsMayBe_isRefused() throws Exception {
        deepDirectory(3000);
        try {
            assertThatExceptionOfType(java.io.IOException.class)
                    .isThrownBy(() -> fixture.copy("src", "/x"))
                    .withMessageContaining("longer than 4095 bytes");
        } finally {
            removeDeepDirectory();
        }
    }

    private void deepDirectory(int depth) throws Exception {
        fixture.directory("src");
        Dir current = Dir.open(fixture.context.resolve("src"));
        for (int i = 0; i < depth; i++) {
            current.mkdir(RawPath.of("d"), 0755);
            Dir next = current.openDir(RawPath.of("d"), dev.slipway.linux.Resolve.NO_SYMLINKS);
            current.close();
            current = next;
        }
        current.close();
    }

    private void removeDeepDirectory() throws Exception {
        try (Dir dir = Dir.open(fixture.context)) {
            dir.removeTree(RawPath.of("src"));
        }
    }
}
