package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.build.CopyFixture.Spec;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

class ArchiveExtractionTest {
    @TempDir Path temp;
    private CopyFixture fixture;

    @BeforeEach
    void make() throws IOException {
        fixture = new CopyFixture(temp);
    }

    private RecordedLayer add(Tar tar) throws Exception {
        return add(tar.bytes(), Spec.of("archive", "/d").add());
    }

    private RecordedLayer add(byte[] bytes, Spec spec) throws Exception {
        Files.write(fixture.context.resolve("archive"), bytes);
        RecordedLayer layer = fixture.copy(spec);
        assertThat(Objects.requireNonNull(temp.resolve("temporary").toFile().list()))
                .as("what is left in the temporary directory")
                .isSubsetOf("contexts");
        return layer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gz", "bzip2", "xz", "zstd"})
    void add_unpacksWhateverTheName(String compression) throws Exception {
        byte[] tar = new Tar().file("z", "Z").file("a/b", "B").bytes();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (compression.equals("none")) {
            bytes.write(tar);
        } else {
            try (OutputStream out =
                    new CompressorStreamFactory()
                            .createCompressorOutputStream(compression, bytes)) {
                out.write(tar);
            }
        }
        RecordedLayer layer = add(bytes.toByteArray(), Spec.of("archive", "/d").add());
        assertThat(layer.contents).containsEntry("d/a/b", "B").containsEntry("d/z", "Z").hasSize(2);
        assertThat(layer.modes())
                .containsExactly("d0755 d", "d0755 d/a", "-0640 d/a/b", "-0640 d/z");
        assertThat(layer.entry("d/z").uid()).isEqualTo(11);
        assertThat(layer.entry("d/a").uid()).as("implied").isZero();
        assertThat(layer.entry("d/z").mtime()).isEqualTo(new Timespec(1_000_000_000, 0));
    }

    @Test
    void copy_doesNotUnpack_norAddWithUnpackFalse() throws Exception {
        byte[] tar = new Tar().file("a", "A").bytes();
        assertThat(add(tar, Spec.of("archive", "/d/")).entries).containsKey("d/archive");
        assertThat(add(tar, Spec.of("archive", "/d/").add().unpack(false)).entries)
                .containsKey("d/archive");
        assertThat(add(tar, Spec.of("archive", "/d/").unpack(true)).entries).containsKey("d/a");
    }

    @Test
    void add_whatIsNoArchive_isCopied() throws Exception {
        for (byte[] bytes :
                new byte[][] {
                    {},
                    "text".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    new byte[2048],
                    {0x1f, (byte) 0x8b, 8, 0, 1, 2, 3},
                }) {
            Files.write(fixture.context.resolve("a.tar.gz"), bytes);
            RecordedLayer layer = fixture.copy(Spec.of("a.tar.gz", "/d/").add());
            assertThat(layer.entry("d/a.tar.gz").size()).isEqualTo(bytes.length);
        }
    }

    @Test
    void dotEntry_leavesTheDestinationAsItIs() throws Exception {
        RecordedLayer layer =
                add(new Tar().directory("./", 0700).file("./a", "A").directory(".", 0777));
        assertThat(layer.modes()).containsExactly("d0755 d", "-0640 d/a");
        assertThat(layer.entry("d").uid()).isZero();
    }

    @Test
    void names_areCutOffAtTheDestination() throws Exception {
        // CVE-2020-10696: an archive must not write beside what it is unpacked into.
        RecordedLayer layer =
                add(new Tar().file("/abs", "1").file("../../up", "2").file("x/../../y", "3"));
        assertThat(layer.contents).containsOnlyKeys("d/abs", "d/up", "d/y");
    }

    @Test
    void symlinkEntry_isNotWrittenThroughToTheOutside() throws Exception {
        // CVE-2026-42574, CVE-2026-44517: a link made by the archive, then a file through it.
        fixture.below("etc/passwd", "safe");
        RecordedLayer layer =
                add(
                        new Tar()
                                .symlink("abs", "/etc")
                                .file("abs/passwd", "evil")
                                .symlink("rel", "../../../etc")
                                .file("rel/shadow", "evil"));
        assertThat(layer.entry("d/abs").linkTarget()).isEqualTo(RawPath.of("/etc"));
        assertThat(layer.contents).containsOnlyKeys("d/etc/passwd", "d/etc/shadow");
    }

    @Test
    void linksInTheImage_areFollowedInsideTheDestination() throws Exception {
        fixture.directoryBelow("d/real");
        fixture.linkBelow("d/link", "real");
        fixture.linkBelow("d/out", "/etc");
        fixture.linkBelow("to", "/d");
        byte[] tar = new Tar().file("link/a", "A").file("out/b", "B").bytes();
        assertThat(add(tar, Spec.of("archive", "/to").add()).contents)
                .containsOnlyKeys("d/real/a", "d/etc/b");
    }

    @Test
    void directoryEntry_throughLink_keepsTheLink() throws Exception {
        fixture.directoryBelow("d/real");
        fixture.linkBelow("d/link", "real");
        RecordedLayer layer = add(new Tar().directory("link/", 0711).file("link/a", "A"));
        assertThat(layer.modes()).containsExactly("d0755 d", "d0711 d/real", "-0640 d/real/a");
    }

    @Test
    void linkLoop_isAnError() {
        assertThatThrownBy(() -> add(new Tar().symlink("a", "b").symlink("b", "a").file("a/f", "")))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("too many symbolic links");
    }

    @Test
    void hardLinks_stayInside() throws Exception {
        // CVE-2026-50163: the target is looked for in the destination, not where the tool runs.
        RecordedLayer layer =
                add(new Tar().file("z", "Z").hardLink("a", "z").hardLink("b", "/../z"));
        assertThat(layer.contents).containsExactly(Map.entry("d/a", "Z"));
        assertThat(layer.links).containsEntry("d/b", "d/a").containsEntry("d/z", "d/a");
        assertThatThrownBy(() -> add(new Tar().hardLink("x", "/etc/passwd")))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("x is a hard link to etc/passwd, which does not exist");
    }

    @Test
    void hardLink_toWhatIsBelow_isACopy() throws Exception {
        fixture.below("d/old", "OLD");
        assertThat(add(new Tar().hardLink("new", "old")).contents).containsEntry("d/new", "OLD");
    }

    @Test
    void laterEntries_replaceEarlierOnes() throws Exception {
        RecordedLayer layer =
                add(
                        new Tar()
                                .file("a", "1")
                                .file("a", "2")
                                .directory("b/", 0755)
                                .file("b/x", "X")
                                .file("b", "now a file")
                                .symlink("c", "a")
                                .directory("e/", 0700)
                                .directory("e/", 0711));
        assertThat(layer.contents).containsEntry("d/a", "2").containsEntry("d/b", "now a file");
        assertThat(layer.entries).doesNotContainKey("d/b/x");
        assertThat(layer.modes()).contains("d0711 d/e");
    }

    @Test
    void fileOverDirectoryBelow_replacesIt_andADirectoryAgainHidesIt() throws Exception {
        fixture.below("d/x/old", "old");
        assertThat(add(new Tar().file("x", "file")).modes()).contains("-0640 d/x");
        RecordedLayer layer =
                add(new Tar().file("x", "file").directory("x/", 0755).file("x/n", "N"));
        assertThat(layer.opaque).containsExactly("d/x");
        assertThat(layer.contents).containsOnlyKeys("d/x/n");
    }

    @Test
    void fileUnderAFile_isAnError() {
        assertThatThrownBy(() -> add(new Tar().file("a", "").file("a/b", "")))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("/d/a is not a directory");
    }

    @Test
    void destinationThatIsAFile_isAnError() throws Exception {
        fixture.below("d", "file");
        assertThatThrownBy(() -> add(new Tar().file("a", ""))).isInstanceOf(CopyException.class);
    }

    @Test
    void chown_appliesToTheContents() throws Exception {
        byte[] tar = new Tar().file("a/b", "B").symlink("l", "a").bytes();
        RecordedLayer layer = add(tar, Spec.of("archive", "/n").add().chown("5:6"));
        assertThat(layer.entry("n/a/b").uid()).isEqualTo(5);
        assertThat(layer.entry("n/l").gid()).isEqualTo(6);
        assertThat(layer.entry("n").uid()).isEqualTo(5);
    }

    @Test
    void latest_clampsArchiveTimes() throws Exception {
        byte[] tar = new Tar().file("a", "A").bytes();
        Timespec latest = new Timespec(500, 0);
        assertThat(add(tar, Spec.of("archive", "/n").add().latest(latest)).entry("n/a").mtime())
                .isEqualTo(latest);
    }

    @Test
    void xattrs_areFiltered() throws Exception {
        RecordedLayer layer =
                add(
                        new Tar()
                                .file(
                                        "a",
                                        "A",
                                        Map.of(
                                                "SCHILY.xattr.user.note", "x",
                                                "SCHILY.xattr.security.selinux", "label",
                                                "SCHILY.xattr.trusted.overlay.opaque", "y")));
        assertThat(layer.entry("d/a").xattrs()).containsOnlyKeys("user.note");
    }

    @Test
    void truncatedOrBroken_isAnError() throws Exception {
        byte[] tar = new Tar().file("a", "A").file("b", "B".repeat(5000)).bytes();
        assertThatThrownBy(() -> add(Arrays.copyOf(tar, 3000), Spec.of("archive", "/d").add()))
                .isInstanceOf(CopyException.class)
                .hasMessageStartingWith("cannot unpack the archive: ");
        byte[] broken = tar.clone();
        broken[1024 + 148] ^= 1;
        assertThatThrownBy(() -> add(broken, Spec.of("archive", "/d").add()))
                .isInstanceOf(CopyException.class);
    }

    @Test
    void hugeExtendedHeader_isRefused() throws Exception {
        byte[] tar =
                new Tar()
                        .file("a", "A")
                        .file("b", "", Map.of("comment", "c".repeat(2 << 20)))
                        .bytes();
        assertThatThrownBy(() -> add(tar, Spec.of("archive", "/d").add()))
                .isInstanceOf(CopyException.class);
    }

    @Test
    void oddNames_survive() throws Exception {
        String name = "n\u00e9w\nline" + "x".repeat(200);
        RecordedLayer layer =
                add(new Tar().file(name, "A").file("long/" + "y/".repeat(150) + "z", "B"));
        assertThat(layer.entries.values())
                .extracting(e -> e.path())
                .contains(RawPath.of("d/" + name));
        assertThat(layer.entries).hasSize(154);
    }

    @Test
    void link_unpacksWithoutTheImage() throws Exception {
        fixture.linkBelow("d", "/elsewhere");
        byte[] tar = new Tar().file("a", "A").bytes();
        RecordedLayer layer = add(tar, Spec.of("archive", "/d").add().link());
        assertThat(layer.contents).containsOnlyKeys("d/a");
        assertThat(layer.entries).containsOnlyKeys("d/a");
    }
}
