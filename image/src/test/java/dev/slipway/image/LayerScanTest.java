package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.LayerChange.Hide;
import dev.slipway.image.LayerChange.Put;
import dev.slipway.image.LayerChange.Remove;
import dev.slipway.image.tar.TarLimits;
import dev.slipway.image.tar.TarReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;

class LayerScanTest {
    @Test
    void changes_comeInTreeOrder() throws IOException {
        assertThat(changes(new TestTar().file("b", "").file("a.b", "").file("a/c", "").dir("a")))
                .containsExactly("put a", "put a/c", "put a.b", "put b");
    }

    @Test
    void whiteouts_ofBothKinds() throws IOException {
        assertThat(
                        changes(
                                new TestTar()
                                        .file("etc/.wh.passwd", "")
                                        .dir("var")
                                        .file("var/.wh..wh..opq", "")))
                .containsExactly("remove etc/passwd", "put var", "hide var");
    }

    @Test
    void opaque_saysNothingOfItsOwnLayer_whateverTheOrder() throws IOException {
        assertThat(changes(new TestTar().file("d/.wh..wh..opq", "").dir("d").file("d/f", "")))
                .isEqualTo(
                        changes(new TestTar().dir("d").file("d/f", "").file("d/.wh..wh..opq", "")))
                .containsExactly("put d", "hide d", "put d/f");
    }

    @Test
    void whiteoutAndFileOfOneName_isTheFile() throws IOException {
        assertThat(changes(new TestTar().file("f", "x").file(".wh.f", "")))
                .isEqualTo(changes(new TestTar().file(".wh.f", "").file("f", "x")))
                .containsExactly("put f");
    }

    @Test
    void whiteoutAndDirectoryOfOneName_isOpaque() throws IOException {
        assertThat(changes(new TestTar().file(".wh.d", "").dir("d").file("d/f", "")))
                .isEqualTo(changes(new TestTar().dir("d").file("d/f", "").file(".wh.d", "")))
                .containsExactly("put d", "hide d", "put d/f");
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.", ".wh..", ".wh...", "d/.wh.", "d/.wh..", "d/.wh..."})
    void whiteoutOfNoFile(String name) {
        assertThatThrownBy(() -> changes(new TestTar().file(name, "")))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("whiteout of no file");
    }

    @Test
    void whiteoutWithFilesBelow() {
        assertThatThrownBy(() -> changes(new TestTar().file(".wh.d/f", "")))
                .isInstanceOf(LayerException.class);
    }

    @Test
    void aufsFiles_areNoPartOfTheImage() throws IOException {
        assertThat(
                        changes(
                                new TestTar()
                                        .dir(".wh..wh.plnk")
                                        .file(".wh..wh.plnk/12.34", "data")
                                        .dir(".wh..wh.orph")
                                        .file(".wh..wh.aufs", "")
                                        .link("f", ".wh..wh.plnk/12.34")))
                .containsExactly("put f");
    }

    @Test
    void overlayWhiteoutDevice_isAWhiteout() throws IOException {
        assertThat(changes(new TestTar().device("f", 0, 0).device("null", 1, 3)))
                .containsExactly("remove f", "put null");
    }

    @Test
    void laterEntryWins() throws IOException {
        LayerIndex index = scan(new TestTar().file("f", "one").file("f", "longer"));
        assertThat(index.entries()).singleElement().matches(e -> e.size() == 6);
        assertThat(changes(new TestTar().dir("x").file("x/f", "").file("x", "file")))
                .containsExactly("put x");
        assertThat(changes(new TestTar().file("x", "file").dir("x").file("x/f", "")))
                .containsExactly("put x", "put x/f");
        assertThat(changes(new TestTar().file("x", "file").file("x/f", "")))
                .containsExactly("put x/f");
        assertThat(changes(new TestTar().dir("x", 0700).file("x/f", "").dir("x", 0711)))
                .containsExactly("put x", "put x/f");
        assertThat(changes(new TestTar().symlink("x", "/y").dir("x"))).containsExactly("put x");
        assertThat(
                        scan(new TestTar().symlink("x", "/y").dir("x"))
                                .entries()
                                .getFirst()
                                .isDirectory())
                .isTrue();
    }

    /// An entry that was made a link, and then written through.
    @Test
    void cve202642574_writeThroughLink_staysInside() throws IOException {
        assertThat(
                        changes(
                                new TestTar()
                                        .symlink("out", "/../../../../tmp")
                                        .file("out/evil", "")
                                        .symlink("rel", "../../etc")
                                        .file("rel/evil", "")))
                .containsExactly("put etc/evil", "put out", "put rel", "put tmp/evil");
    }

    @Test
    void linkOnTheWay_isFollowedInTheLayer() throws IOException {
        assertThat(
                        changes(
                                new TestTar()
                                        .dir("usr/lib")
                                        .symlink("lib", "usr/lib")
                                        .file("lib/x.so", "")))
                .containsExactly("put lib", "put usr/lib", "put usr/lib/x.so");
    }

    @Test
    void linksInALoop() {
        assertThatThrownBy(() ->
                        changes(new TestTar().symlink("a", "b").symlink("b", "a").file("a/f", "")))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("too many symbolic links");
    }

    /// A hard link's target was taken for a path of the host.
    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../../etc/passwd", "etc/passwd", "d"})
    void cve202650163_hardLinkToWhatIsNotInTheLayer(String target) {
        assertThatThrownBy(() -> changes(new TestTar().dir("d").link("l", target)))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("no file in this layer");
    }

    @Test
    void hardLinks_areOneGroup() throws IOException {
        LayerIndex index =
                scan(
                        new TestTar()
                                .file("m", "data")
                                .link("a", "/m")
                                .link("z", "./a")
                                .file("other", ""));
        assertThat(index.entries())
                .filteredOn(e -> e.hardlinkGroup() != 0)
                .extracting(e -> e.path().toString(), FileEntry::size, FileEntry::hardlinkGroup)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", 4L, 1L),
                        org.assertj.core.groups.Tuple.tuple("m", 4L, 1L),
                        org.assertj.core.groups.Tuple.tuple("z", 4L, 1L));
    }

    @Test
    void hardLink_outlivesTheNameItWasMadeFrom() throws IOException {
        assertThat(
                        changes(
                                new TestTar()
                                        .file("a", "data")
                                        .link("b", "a")
                                        .file("a", "replaced")
                                        .link("b", "b")))
                .containsExactly("put a", "put b");
        LayerIndex index =
                scan(new TestTar().file("a", "data").link("b", "a").file("a", "replaced"));
        assertThat(index.entries()).extracting(FileEntry::size).containsExactly(8L, 4L);
        assertThat(index.entries()).extracting(FileEntry::hardlinkGroup).containsOnly(0L);
    }

    @Test
    void rootThatIsNoDirectory() {
        assertThatThrownBy(() -> changes(new TestTar().symlink("", "/etc")))
                .isInstanceOf(LayerException.class);
    }

    @Test
    void tooLongName() {
        assertThatThrownBy(() -> changes(new TestTar().file("x".repeat(256), "")))
                .isInstanceOf(LayerException.class);
    }

    @Test
    void pathsThatGrowThroughLinks_areBounded() {
        TestTar tar = new TestTar().symlink("l", "d/".repeat(1500) + "d");
        tar.symlink("l/l", "d/".repeat(1500));
        assertThatThrownBy(() -> changes(tar.file("l/l/f", "")))
                .isInstanceOf(LayerException.class)
                .hasMessageContaining("4095");
    }

    @Test
    void manyImpliedDirectories_areBounded() {
        TarLimits few = new TarLimits(100, 1 << 20, 4095, 4095, 4, 1L << 30, 1L << 30);
        TestTar tar = new TestTar().file("d/".repeat(200) + "f", "");
        assertThatThrownBy(() ->
                        LayerScan.read(
                                new TarReader(new ByteArrayInputStream(tar.bytes()), few), few))
                .hasMessageContaining("over 100");
    }

    @Test
    void index_survivesItsFile() throws IOException {
        LayerIndex index =
                scan(
                        new TestTar()
                                .dir("d")
                                .file("d/f", "data")
                                .link("d/g", "d/f")
                                .symlink("s", "d")
                                .device("null", 1, 3)
                                .fifo("p")
                                .file("d/.wh.x", "")
                                .file("d/.wh..wh..opq", ""));
        LayerIndex again = LayerIndex.decode(index.encoded());
        assertThat(again.changes()).isEqualTo(index.changes());
        assertThat(again.encoded()).isEqualTo(index.encoded());
        byte[] damaged = index.encoded();
        damaged[20] ^= 1;
        assertThatThrownBy(() -> LayerIndex.decode(damaged)).hasMessageContaining("checksum");
        assertThatThrownBy(() -> LayerIndex.decode(new byte[3])).hasMessageContaining("index");
    }

    static LayerIndex scan(TestTar tar) throws IOException {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar.bytes()), TarLimits.DEFAULT);
        return LayerScan.read(reader, TarLimits.DEFAULT);
    }

    private static List<String> changes(TestTar tar) throws IOException {
        return scan(tar).changes().stream()
                .map(change ->
                        switch (change) {
                            case Put(FileEntry entry) -> "put " + entry.path();
                            case Remove(var path) -> "remove " + path;
                            case Hide(var path) -> "hide " + path;
                        })
                .toList();
    }
}
