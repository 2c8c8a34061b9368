package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarEntry.Kind;
import dev.slipway.linux.Dir;
import dev.slipway.linux.DirEntry;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Layers mounted as EROFS, against the trees of the same layers.
class ErofsImageTest {
    private static final byte[] CAPABILITY =
            HexFormat.of().parseHex("0100000200200000000000000000000000000000");

    @TempDir Path temp;
    private Store store;
    private Store unpacking;

    @BeforeEach
    void open() throws IOException {
        Tools.requireRoot();
        store = Store.open(temp.resolve("store"), LowerForm.MOUNTED);
        unpacking = Store.open(temp.resolve("unpacking"), LowerForm.UNPACKED);
        Tools.requireErofs(store);
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
        if (unpacking != null) {
            unpacking.close();
        }
    }

    @Test
    void ordinaryFiles_areTheSame() throws Exception {
        assertSame(
                new TestTar()
                        .dir("", 0750)
                        .dir("etc")
                        .file("etc/passwd", "root")
                        .file("only/implied/above", "x")
                        .symlink("lib", "usr/lib")
                        .dir("empty", 0111)
                        .file("m", "hard")
                        .link("etc/n", "m")
                        .link("o", "m")
                        .fifo("pipe")
                        .device("null", 1, 3)
                        .device("large", 4095, (1 << 20) - 1));
    }

    @Test
    void whiteoutsAndOpaqueDirectories_areTheSame() throws Exception {
        String found =
                assertSame(
                        new TestTar()
                                .dir("d")
                                .file("d/.wh.gone", "")
                                .file(".wh.all", "")
                                .dir("opaque", 0711)
                                .file("opaque/.wh..wh..opq", "")
                                .file("opaque/new", "n")
                                .file("deep/er/.wh..wh..opq", ""));
        assertThat(found).contains("trusted.overlay.opaque=79").contains("CHARACTER_DEVICE 0 0:0");
    }

    @Test
    void attributes_areTheSame() throws Exception {
        TestTar tar = new TestTar();
        entry(tar, "ns", Kind.REGULAR, 04755, 1000, 70_000, new Timespec(1, 999_999_999), "x");
        entry(tar, "before", Kind.REGULAR, 0, -2, 0x7fff_fff0, new Timespec(-1000, 1), "x");
        entry(tar, "sticky", Kind.DIRECTORY, 01777, 5, 6, new Timespec(1L << 33, 5), null);
        entry(tar, "group", Kind.DIRECTORY, 02070, 5, 6, Timespec.EPOCH, null);
        assertSame(tar);
    }

    @Test
    void extendedAttributes_areTheSame() throws Exception {
        TestTar tar = new TestTar();
        Map<String, byte[]> all = new TreeMap<>();
        all.put("user.a", new byte[0]);
        all.put("user." + "n".repeat(250), "long name".getBytes(StandardCharsets.UTF_8));
        all.put("user.long", new byte[1500]);
        all.put("trusted.t", new byte[] {1});
        all.put("security.other", new byte[] {2, 3});
        all.put("security.capability", CAPABILITY);
        all.put("nonsense", new byte[] {4});
        all.put("also.nonsense", new byte[] {5});
        for (Kind kind : List.of(Kind.REGULAR, Kind.DIRECTORY, Kind.SYMLINK, Kind.FIFO)) {
            xattrs(tar, "with-" + kind, kind, all);
        }
        xattrs(tar, "few", Kind.DIRECTORY, Map.of("user.x", new byte[] {6}));
        tar.file("few/.wh..wh..opq", "");
        String found = assertSame(tar);
        assertThat(found).contains("security.capability=" + HexFormat.of().formatHex(CAPABILITY));
    }

    @Test
    void names_areTheSame() throws Exception {
        TestTar tar = new TestTar();
        for (String name : List.of("!", "-", "..b", ".a", "...", ". ", "\n", "z", "A", "é")) {
            tar.file(name, name);
        }
        for (int i = 0; i < 20; i++) {
            tar.file(i + "x".repeat(255 - String.valueOf(i).length()), "");
        }
        tar.add(
                header(RawPath.ofLatin1("\377\001"), Kind.REGULAR, 0644, 0, 0, Timespec.EPOCH, 0),
                new byte[0]);
        StringBuilder deep = new StringBuilder("d");
        for (int i = 0; i < 300; i++) {
            tar.dir(deep.toString());
            deep.append("/d");
        }
        tar.file(deep + "/end", "end");
        assertSame(tar);
    }

    @Test
    void symbolicLinks_ofAllLengths_areTheSame() throws Exception {
        TestTar tar = new TestTar();
        for (int length : new int[] {1, 31, 32, 33, 447, 448, 449, 511, 512, 513, 1024, 4095}) {
            tar.symlink("to-" + length, "t".repeat(length));
        }
        assertSame(tar);
    }

    @Test
    void sizesAroundBlocksAndPages_areTheSame() throws Exception {
        TestTar tar = new TestTar();
        for (int size : new int[] {0, 1, 511, 512, 513, 4095, 4096, 4097, 131_073, 3_000_001}) {
            byte[] content = new byte[size];
            for (int i = 0; i < size; i++) {
                content[i] = (byte) (i * 31 + size);
            }
            tar.add(
                    header(RawPath.of("f" + size), Kind.REGULAR, 0644, 0, 0, Timespec.EPOCH, size),
                    content);
        }
        assertSame(tar);
    }

    @Test
    void directoryOfThousands_isTheSame() throws Exception {
        TestTar tar = new TestTar();
        for (int i = 0; i < 3000; i++) {
            tar.file("many/" + i, "");
            if (i % 10 == 0) {
                tar.dir("many/" + i + "-" + "d".repeat(i % 240));
            }
        }
        assertSame(tar);
    }

    @Test
    void whatGnuTarMakes_isTheSame() throws Exception {
        Path source = Files.createDirectory(temp.resolve("source"));
        LayerTreeTest.fill(source);
        Path tar = temp.resolve("layer.tar");
        Tools.run(
                "tar",
                "--format=pax",
                "--xattrs",
                "--xattrs-include=*",
                "-C",
                source.toString(),
                "-cf",
                tar.toString(),
                ".");
        assertSame(Files.readAllBytes(tar));
    }

    /// Whose content is read, from where a 32-bit offset ends, out of a tar of holes.
    @Test
    void fileBeyondFourGib_isRead() throws Exception {
        long size = (5L << 30) + 3;
        LayerIndexWriter writer = new LayerIndexWriter();
        writer.put(FileEntry.file(RawPath.of("large"), 0644, size), 1024, false);
        ErofsImage image = ErofsImage.of(writer.finish(), size + 4096);
        Path data = temp.resolve("data");
        try (Fd file = Fd.open(data, OpenFlags.O_RDWR | OpenFlags.O_CREAT, 0644)) {
            file.truncate(size + 4096);
            file.seek(1024 + size - 5);
            file.write(new byte[] {1, 2, 3, 4, 5, 6}, 0, 6);
        }
        Path metadata = temp.resolve("metadata");
        try (OutputStream out = Files.newOutputStream(metadata)) {
            java.util.Objects.requireNonNull(image).write(Digest.sha256(new byte[0]), out);
        }
        byte[] end = new byte[10];
        int count =
                MountNamespace.in(() -> {
                    Lower lower = new Lower.Erofs(metadata, data);
                    Path place = MountNamespace.mount(lower, temp.resolve("place"));
                    assertThat(place.resolve("large")).hasSize(size);
                    try (Fd file = Fd.open(place.resolve("large"), OpenFlags.O_RDONLY, 0)) {
                        return file.readAt(end, 0, end.length, size - 5);
                    }
                });
        assertThat(count).isEqualTo(5);
        assertThat(end).startsWith(1, 2, 3, 4, 5, 0);
    }

    @Test
    void image_isTheSameEachTime() throws Exception {
        byte[] tar =
                new TestTar()
                        .dir("d")
                        .file("d/f", "x".repeat(2000))
                        .symlink("l", "t".repeat(600))
                        .bytes();
        Lower.Erofs first = (Lower.Erofs) add(store, tar).lower();
        try (Store other = Store.open(temp.resolve("other"), LowerForm.MOUNTED)) {
            Lower.Erofs second = (Lower.Erofs) add(other, tar).lower();
            assertThat(second.metadata()).hasSameBinaryContentAs(first.metadata());
        }
    }

    @Test
    void whatErofsCannotSay_isUnpacked() throws Exception {
        Path source = Files.createDirectory(temp.resolve("source"));
        Path sparse = temp.resolve("sparse.tar");
        Tools.run("truncate", "-s", "1000000", source.resolve("s").toString());
        Tools.run("tar", "--format=pax", "-S", "-C", source.toString(), "-cf", "" + sparse, ".");
        assertThat(add(store, Files.readAllBytes(sparse)).lower())
                .isInstanceOf(Lower.Directory.class);
        TestTar list = new TestTar();
        byte[] acl =
                HexFormat.of().parseHex("0200000001000600ffffffff04000400ffffffff20000400ffffffff");
        xattrs(list, "f", Kind.REGULAR, Map.of("system.posix_acl_access", acl));
        assertThat(add(store, list.bytes()).lower()).isInstanceOf(Lower.Directory.class);
    }

    @Test
    void unpackedLayer_staysAsItIs() throws Exception {
        Layer layer = add(store, new TestTar().file("f", "x").bytes());
        Path tree = layer.tree();
        assertThat(layer.lower()).isEqualTo(new Lower.Directory(tree));
        try (MergedView nothing = MergedView.of(List.of())) {
            Path upper = store.newTemp("upper");
            Files.writeString(upper.resolve("g"), "y");
            assertThat(store.layers().adoptTree(upper, nothing).lower())
                    .isInstanceOf(Lower.Directory.class);
        }
    }

    @Test
    void smallLayer_isUnpacked_unlessMountingIsWanted() throws Exception {
        TestTar many = new TestTar();
        for (int i = 0; i < 300; i++) {
            many.file("f" + i, "");
        }
        TestTar large = new TestTar().file("f", "x".repeat(9 << 20));
        byte[] small = new TestTar().file("f", "x").bytes();
        try (Store usual = Store.open(temp.resolve("usual"))) {
            assertThat(add(usual, small).lower()).isInstanceOf(Lower.Directory.class);
            assertThat(add(usual, many.bytes()).lower()).isInstanceOf(Lower.Erofs.class);
            assertThat(add(usual, large.bytes()).lower()).isInstanceOf(Lower.Erofs.class);
        }
    }

    @Test
    void compressedLayer_isDecompressedOnce_andNotUnpacked() throws Exception {
        byte[] tar = new TestTar().file("f", "content").bytes();
        Path file = Files.write(temp.resolve("l.tar"), tar);
        Tools.run("gzip", file.toString());
        byte[] blob = Files.readAllBytes(temp.resolve("l.tar.gz"));
        Descriptor descriptor =
                Descriptor.of(MediaTypes.OCI_LAYER_GZIP, Digest.sha256(blob), blob.length);
        Layer layer = store.layers().add(new ByteArrayInputStream(blob), descriptor, null);
        Lower.Erofs erofs = (Lower.Erofs) layer.lower();
        assertThat(erofs.data()).hasBinaryContent(tar);
        assertThat(erofs.data().resolveSibling(LayerDirectory.TREE)).doesNotExist();
        assertThat(store.layers().find(layer.diffId()).orElseThrow().lower()).isEqualTo(erofs);
        assertThat(temp.resolve("store/tmp")).isEmptyDirectory();
    }

    @Test
    void answerOfTheProbe_isKeptForThisBootOnly() throws Exception {
        Path answer = store.home().resolve("erofs");
        assertThat(answer).hasContent(store.bootId() + " yes");
        Files.writeString(answer, store.bootId() + " no\n");
        try (Store again = Store.open(store.home(), LowerForm.MOUNTED)) {
            assertThat(again.mountsErofs()).isFalse();
            assertThat(add(again, new TestTar().file("a", "").bytes()).lower())
                    .isInstanceOf(Lower.Directory.class);
        }
        Files.writeString(answer, "another-boot no\n");
        try (Store again = Store.open(store.home(), LowerForm.MOUNTED)) {
            assertThat(again.mountsErofs()).isTrue();
        }
        assertThat(answer).hasContent(store.bootId() + " yes");
    }

    private String assertSame(TestTar tar) throws Exception {
        return assertSame(tar.bytes());
    }

    /// Both forms of a layer show the same; what they show.
    private String assertSame(byte[] tar) throws Exception {
        Lower erofs = add(store, tar).lower();
        assertThat(erofs).isInstanceOf(Lower.Erofs.class);
        String expected = describe(add(unpacking, tar).tree());
        Path place = temp.resolve("place");
        String found = MountNamespace.in(() -> describe(MountNamespace.mount(erofs, place)));
        assertThat(found).isEqualTo(expected);
        return found;
    }

    private static Layer add(Store store, byte[] tar) throws IOException {
        Descriptor descriptor = Descriptor.of("", Digest.sha256(tar), tar.length);
        return store.layers().add(new ByteArrayInputStream(tar), descriptor, null);
    }

    /// All that the kernel says of all files beneath a directory, overlayfs's marks included.
    private static String describe(Path root) throws IOException {
        StringBuilder out = new StringBuilder();
        Map<Long, RawPath> firstNames = new TreeMap<>();
        try (Dir dir = Dir.open(root)) {
            describe(dir, RawPath.ROOT, firstNames, out);
        }
        return out.toString();
    }

    private static void describe(
            Dir dir, RawPath path, Map<Long, RawPath> firstNames, StringBuilder out)
            throws IOException {
        line(dir, RawPath.ROOT, path, dir.stat(), firstNames, out);
        List<DirEntry> entries = new ArrayList<>(dir.list());
        entries.sort(Comparator.comparing(DirEntry::name, RawPath::compareTree));
        for (DirEntry entry : entries) {
            RawPath child = path.child(entry.name());
            FileStat stat = dir.stat(entry.name());
            assertThat(entry.type()).as(child.toString()).isIn(stat.type(), null);
            if (stat.type() == FileType.DIRECTORY) {
                try (Dir below = dir.openDir(entry.name(), Resolve.NO_SYMLINKS)) {
                    describe(below, child, firstNames, out);
                }
            } else {
                line(dir, entry.name(), child, stat, firstNames, out);
            }
        }
    }

    private static void line(
            Dir dir,
            RawPath name,
            RawPath path,
            FileStat stat,
            Map<Long, RawPath> firstNames,
            StringBuilder out)
            throws IOException {
        out.append(path).append(' ').append(stat.type()).append(' ');
        out.append(Integer.toOctalString(stat.mode())).append(' ');
        out.append(stat.rdevMajor()).append(':').append(stat.rdevMinor()).append(' ');
        out.append(Integer.toUnsignedString(stat.uid())).append(':');
        out.append(Integer.toUnsignedString(stat.gid())).append(' ');
        out.append(stat.links());
        boolean whiteout = stat.type() == FileType.CHARACTER_DEVICE && stat.rdevMajor() == 0;
        out.append(' ').append(whiteout ? "" : stat.mtime()); // a whiteout's is that of its making
        dir.xattrs(name)
                .forEach((key, value) ->
                        out.append(' ')
                                .append(key)
                                .append('=')
                                .append(HexFormat.of().formatHex(value)));
        if (stat.type() == FileType.SYMLINK) {
            out.append(" -> ").append(dir.readLink(name));
        }
        if (stat.type() == FileType.REGULAR) {
            out.append(' ').append(stat.size()).append(' ');
            out.append(firstNames.computeIfAbsent(stat.inode(), _ -> path)).append(' ');
            try (Fd file = dir.open(name, OpenFlags.O_RDONLY, 0, Resolve.NO_SYMLINKS)) {
                out.append(Digest.sha256(file.inputStream().readAllBytes()));
            }
        }
        out.append('\n');
    }

    private static void entry(
            TestTar tar,
            String path,
            Kind kind,
            int mode,
            int uid,
            int gid,
            Timespec mtime,
            @Nullable String content) {
        byte[] bytes = content == null ? new byte[0] : content.getBytes(StandardCharsets.UTF_8);
        tar.add(header(RawPath.of(path), kind, mode, uid, gid, mtime, bytes.length), bytes);
    }

    private static void xattrs(TestTar tar, String path, Kind kind, Map<String, byte[]> xattrs) {
        RawPath target = kind == Kind.SYMLINK ? RawPath.of("target") : null;
        tar.add(
                new TarEntry(
                        RawPath.of(path),
                        kind,
                        0755,
                        0,
                        0,
                        0,
                        Timespec.EPOCH,
                        target,
                        0,
                        0,
                        new TreeMap<>(xattrs)),
                new byte[0]);
    }

    private static TarEntry header(
            RawPath path, Kind kind, int mode, int uid, int gid, Timespec mtime, long size) {
        return new TarEntry(path, kind, mode, uid, gid, size, mtime, null, 0, 0, new TreeMap<>());
    }
}
