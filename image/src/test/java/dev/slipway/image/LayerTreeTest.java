package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.compress.Compression;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Layers against real overlay mounts, made in a mount namespace of their own, which goes with the
/// command in it.
@ParameterizedClass
@EnumSource(names = {"MOUNTED", "UNPACKED"})
class LayerTreeTest {
    @Parameter LowerForm form = LowerForm.MOUNTED;
    @TempDir Path temp;
    private Store store;

    @BeforeEach
    void open() throws IOException {
        Tools.requireRoot();
        store = Store.open(temp.resolve("store"), form);
        if (form == LowerForm.MOUNTED) {
            Tools.requireErofs(store);
        }
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    @Test
    void mountOfTrees_isTheMergedView() throws Exception {
        List<Layer> layers =
                List.of(
                        add(
                                new TestTar()
                                        .dir("", 0750)
                                        .dir("etc")
                                        .file("etc/passwd", "root")
                                        .file("etc/group", "root")
                                        .dir("opaque")
                                        .file("opaque/old", "")
                                        .dir("replaced")
                                        .file("replaced/below", "")
                                        .file("file", "was a file")
                                        .dir("private", 0700)
                                        .file("private/a", "a")
                                        .symlink("lib", "usr/lib")
                                        .dir("usr/lib")
                                        .file("usr/lib/x.so", "elf")
                                        .file("m", "hard")
                                        .link("n", "m")),
                        add(
                                new TestTar()
                                        .file("etc/.wh.group", "")
                                        .dir("opaque", 0711)
                                        .file("opaque/new", "")
                                        .file("opaque/.wh..wh..opq", "")
                                        .file("replaced", "by a file")
                                        .dir("file")
                                        .file("file/now", "a directory")
                                        .file("private/b", "b")
                                        .device("null", 1, 3)
                                        .fifo("pipe")
                                        .file("m", "no longer hard")),
                        add(
                                new TestTar()
                                        .file("private/c", "c")
                                        .file("opaque/newer", "")
                                        .file(".wh.pipe", "")
                                        .file("deep/er/still", "")));
        Path out = temp.resolve("out.tar");
        List<Lower> lowers = store.layers().lowers(layers);
        assertThat(lowers.getLast())
                .isInstanceOf(
                        form == LowerForm.MOUNTED ? Lower.Erofs.class : Lower.Directory.class);
        Path mount = Files.createDirectory(temp.resolve("mnt"));
        Path copy = Files.createDirectory(temp.resolve("copy"));
        String script =
                "mount -t overlay overlay -o ro,lowerdir=$LOWER "
                        + mount
                        + " && cd "
                        + mount
                        + " && tar --xattrs --xattrs-include='*' -cpf - . | tar -C "
                        + copy
                        + " --xattrs --xattrs-include='*' -xpf -";
        MountNamespace.run(lowers, temp, script);
        try (DirectoryTree found = DirectoryTree.open(copy);
                MergedView view = MergedView.of(layers)) {
            assertThat(describe(found)).isEqualTo(describe(view));
            assertThat(describe(view))
                    .contains("/private DIRECTORY 700")
                    .contains("/opaque DIRECTORY 711")
                    .doesNotContain("group")
                    .doesNotContain("opaque/old")
                    .doesNotContain("replaced/below");
        }
        assertThat(out).doesNotExist();
    }

    @Test
    void unpacked_isWhatGnuTarUnpacks() throws Exception {
        Path source = Files.createDirectory(temp.resolve("source"));
        fill(source);
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
        byte[] bytes = Files.readAllBytes(tar);
        Layer layer = add(bytes);
        try (DirectoryTree expected = DirectoryTree.open(source);
                DirectoryTree found = DirectoryTree.open(layer.tree())) {
            assertThat(describe(found)).isEqualTo(describe(expected));
        }
        try (MergedView view = MergedView.of(List.of(layer));
                DirectoryTree expected = DirectoryTree.open(source)) {
            assertThat(describe(view)).isEqualTo(describe(expected));
        }
    }

    @Test
    void sparseFile_keepsItsHoles() throws Exception {
        Path source = Files.createDirectory(temp.resolve("source"));
        sparse(source.resolve("s"));
        Path tar = temp.resolve("layer.tar");
        Tools.run("tar", "--format=pax", "-S", "-C", source.toString(), "-cf", tar.toString(), ".");
        Layer layer = add(Files.readAllBytes(tar));
        assertThat(layer.size()).isLessThan(200_000);
        assertThat(bytes(layer.openFile(RawPath.of("s"))))
                .isEqualTo(Files.readAllBytes(source.resolve("s")));
        Path file = layer.tree().resolve("s");
        assertThat(Files.readAllBytes(file)).isEqualTo(Files.readAllBytes(source.resolve("s")));
        try (Dir dir = Dir.open(layer.tree())) {
            assertThat(dir.stat(RawPath.of("s")).blocks() * 512).isLessThan(200_000);
        }
    }

    @Test
    void adopted_isTheChange_andGivesTheSameTarAgain() throws Exception {
        Layer base =
                add(
                        new TestTar()
                                .dir("", 0751)
                                .dir("etc")
                                .file("etc/passwd", "root")
                                .file("etc/group", "root")
                                .dir("var")
                                .dir("var/cache", 0700)
                                .file("var/cache/a", "a")
                                .file("var/cache/b", "b")
                                .dir("gone")
                                .file("gone/x", "")
                                .dir("again")
                                .file("again/x", "")
                                .dir("untouched")
                                .file("untouched/x", "x")
                                .file("untouched/y", "y"));
        Path upper =
                runIn(
                        List.of(base),
                        """
                        echo more >> var/cache/a
                        touch -d @1000000 var/cache
                        rm etc/group
                        rm -r gone again
                        mkdir again && echo new > again/y
                        echo one > hard1 && ln hard1 hard2
                        mkdir -m 1777 tmp
                        rm untouched/y && printf y > untouched/y && touch -d @1000000 untouched/y untouched
                        setcap cap_net_raw+ep hard1 2>/dev/null || true
                        setfattr -n user.note -v hello again/y
                        python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")' || true
                        mkdir tmp/a && rm -r tmp/a
                        touch tmp/b && rm tmp/b
                        """);
        Layer layer;
        try (MergedView view = MergedView.of(List.of(base))) {
            layer = store.layers().adoptTree(upper, view);
        }
        assertThat(upper).doesNotExist();
        assertThat(changes(layer))
                .containsExactly(
                        "again",
                        "again (hide)",
                        "again/y",
                        "etc",
                        "etc/group (remove)",
                        "gone (remove)",
                        "hard1",
                        "hard2",
                        "tmp",
                        "var/cache/a");
        byte[] tar = bytes(layer.openTar());
        assertThat(Digest.sha256(tar)).isEqualTo(layer.diffId());
        assertThat(tar.length).isEqualTo(layer.size());
        assertThat(new String(tar, StandardCharsets.ISO_8859_1)).doesNotContain("overlay");
        Layer found = store.layers().find(layer.diffId()).orElseThrow();
        assertThat(bytes(found.openTar())).isEqualTo(tar);
        assertElsewhereTheSame(base, layer, tar);
    }

    /// The layer, sent to another store as a tar, means the same there.
    private void assertElsewhereTheSame(Layer base, Layer layer, byte[] tar) throws Exception {
        try (Store other = Store.open(temp.resolve("other"), form)) {
            Layer otherBase =
                    other.layers()
                            .add(
                                    base.openTar(),
                                    Descriptor.of("", base.diffId(), base.size()),
                                    null);
            Layer otherLayer =
                    other.layers()
                            .add(
                                    new ByteArrayInputStream(tar),
                                    Descriptor.of("", layer.diffId(), layer.size()),
                                    null);
            assertThat(otherLayer.index().changes()).isEqualTo(layer.index().changes());
            try (MergedView here = MergedView.of(List.of(base, layer));
                    MergedView there = MergedView.of(List.of(otherBase, otherLayer))) {
                assertThat(describe(here)).isEqualTo(describe(there));
                assertThat(copyOfMount(store, List.of(base, layer), "here"))
                        .isEqualTo(describe(here));
                assertThat(copyOfMount(other, List.of(otherBase, otherLayer), "there"))
                        .isEqualTo(describe(here));
            }
        }
    }

    private String copyOfMount(Store where, List<Layer> layers, String name) throws Exception {
        List<Lower> lowers = where.layers().lowers(layers);
        Path mount = Files.createDirectory(temp.resolve("mnt-" + name));
        Path copy = Files.createDirectory(temp.resolve("copy-" + name));
        String script =
                "mount -t overlay overlay -o ro,lowerdir=$LOWER "
                        + mount
                        + " && cd "
                        + mount
                        + " && rm -f /dev/null/socket; tar --exclude=./socket --xattrs"
                        + " --xattrs-include='*' -cpf - . | tar -C "
                        + copy
                        + " --xattrs --xattrs-include='*' -xpf -";
        Path places = Files.createDirectory(temp.resolve("lower-" + name));
        MountNamespace.run(lowers, places, script);
        try (DirectoryTree found = DirectoryTree.open(copy)) {
            return describe(found);
        }
    }

    @Test
    void adopted_whenNothingChanged_isTheEmptyLayer() throws Exception {
        Layer base = add(new TestTar().dir("d").file("d/f", "x"));
        Path upper =
                runIn(List.of(base), "exec 3<>d/f; touch d/new && rm d/new && touch -d @1000000 d");
        try (MergedView view = MergedView.of(List.of(base))) {
            Layer layer = store.layers().adoptTree(upper, view);
            assertThat(changes(layer)).isEmpty();
            assertThat(layer.size()).isEqualTo(1024);
        }
    }

    @Test
    void adopted_changedContentWithTheOldTimeAndSize_isAChange() throws Exception {
        Layer base = add(new TestTar().file("f", "old"));
        Path upper = runIn(List.of(base), "printf new > f; touch -d @1000000 f");
        try (MergedView view = MergedView.of(List.of(base))) {
            assertThat(changes(store.layers().adoptTree(upper, view))).containsExactly("f");
        }
    }

    @Test
    void adopted_nameThatMeansAWhiteout_isRefused() throws Exception {
        Layer base = add(new TestTar().dir("d"));
        Path upper = runIn(List.of(base), "touch d/.wh.x");
        try (MergedView view = MergedView.of(List.of(base))) {
            assertThatThrownBy(() -> store.layers().adoptTree(upper, view))
                    .isInstanceOf(LayerException.class)
                    .hasMessageContaining("/d/.wh.x");
        }
        assertThat(upper).exists();
    }

    @Test
    void adopted_redirect_isRefused() throws Exception {
        Path upper = Files.createDirectory(store.newTemp("x").resolve("u"));
        Files.createDirectory(upper.resolve("d"));
        try (Dir dir = Dir.open(upper)) {
            dir.setXattr(RawPath.of("d"), "trusted.overlay.redirect", new byte[] {'e'});
        }
        try (MergedView view = MergedView.of(List.of())) {
            assertThatThrownBy(() -> store.layers().adoptTree(upper, view))
                    .isInstanceOf(LayerException.class)
                    .hasMessageContaining("redirect_dir=off");
        }
    }

    @Test
    void adopted_sparseFile_isReadAsItIs() throws Exception {
        Path upper = Files.createDirectory(store.newTemp("x").resolve("u"));
        sparse(upper.resolve("s"));
        byte[] content = Files.readAllBytes(upper.resolve("s"));
        try (MergedView view = MergedView.of(List.of())) {
            Layer layer = store.layers().adoptTree(upper, view);
            byte[] tar = bytes(layer.openTar());
            assertThat(Digest.sha256(tar)).isEqualTo(layer.diffId());
            assertThat(java.util.Arrays.copyOfRange(tar, 1024 + 512, 1024 + 512 + content.length))
                    .isEqualTo(content);
            assertThat(bytes(layer.openFile(RawPath.of("s")))).isEqualTo(content);
        }
    }

    @Test
    void compressedOfATree_isItsTar() throws Exception {
        Path upper = Files.createDirectory(store.newTemp("x").resolve("u"));
        fill(upper);
        try (MergedView view = MergedView.of(List.of())) {
            Layer layer = store.layers().adoptTree(upper, view);
            Descriptor blob = layer.compress(Compression.gzip());
            Tools.run("sh", "-c", "gzip -t < " + store.blobs().path(blob.digest()).toString());
            try (Store other = Store.open(temp.resolve("other"), form)) {
                Layer there =
                        other.layers().add(store.blobs().open(blob.digest()), blob, layer.diffId());
                try (DirectoryTree a = DirectoryTree.open(layer.tree());
                        DirectoryTree b = DirectoryTree.open(there.tree())) {
                    assertThat(describe(b)).isEqualTo(describe(a));
                }
            }
        }
    }

    @Test
    void ourTar_isUnpackedByUmociAsByUs() throws Exception {
        Path upper = Files.createDirectory(store.newTemp("x").resolve("u"));
        fill(upper);
        Layer layer;
        try (MergedView view = MergedView.of(List.of())) {
            layer = store.layers().adoptTree(upper, view);
        }
        Path tar = temp.resolve("layer.tar");
        try (InputStream in = layer.openTar()) {
            Files.copy(in, tar);
        }
        String image = temp.resolve("oci") + ":tag";
        Path bundle = temp.resolve("bundle");
        Tools.run("umoci", "init", "--layout", temp.resolve("oci").toString());
        Tools.run("umoci", "new", "--image", image);
        Tools.run("umoci", "raw", "add-layer", "--image", image, tar.toString());
        Tools.run("umoci", "raw", "unpack", "--image", image, bundle.toString());
        try (DirectoryTree ours = DirectoryTree.open(layer.tree());
                DirectoryTree theirs = DirectoryTree.open(bundle)) {
            assertThat(withoutRoot(describe(theirs))).isEqualTo(withoutRoot(describe(ours)));
        }
    }

    /// The layer says nothing of the root's time.
    private static String withoutRoot(String description) {
        return description.substring(description.indexOf('\n'));
    }

    /// Runs a script in an overlay of these layers; the upper directory.
    private Path runIn(List<Layer> layers, String script) throws Exception {
        Path work = store.newTemp("run");
        Path upper = work.resolve("upper");
        try (MergedView view = MergedView.of(layers)) {
            store.layers().makeUpper(upper, view);
        }
        Files.createDirectory(work.resolve("work"));
        Path mount = Files.createDirectory(work.resolve("mnt"));
        String whole =
                "mount -t overlay overlay -o redirect_dir=off,metacopy=off,index=off,xino=on,"
                        + "lowerdir=$LOWER,upperdir="
                        + upper
                        + ",workdir="
                        + work.resolve("work")
                        + " "
                        + mount
                        + "\ncd "
                        + mount
                        + "\n"
                        + script;
        MountNamespace.run(store.layers().lowers(layers), work, whole);
        return upper;
    }

    static void fill(Path tree) throws Exception {
        Tools.run(
                "sh",
                "-ec",
                """
                cd "$1"; umask 022
                mkdir -p a/b/c && echo hi > a/b/c/f && ln a/b/c/f a/g && ln -s /etc/passwd a/s
                ln a/s a/s2
                mknod a/zero c 1 5; chmod 640 a/zero; mkfifo a/p; mknod a/blk b 7 99
                head -c 300000 /dev/urandom > a/big; chown 12:34 a/big; chmod 4711 a/big
                chmod 02750 a/b; chown 5:6 a/b; : > a/empty; chmod 000 a/empty
                setfattr -n user.x -v y a/b; setcap cap_net_raw+ep a/big
                printf x > "$(printf 'a/\\377\\n\\303\\251')"
                touch -d '1999-12-31 23:59:59.123456789' a/g a a/b/c
                touch -h -d '2001-01-01 00:00:00.5' a/s
                for i in $(seq 300); do echo $i > a/b/c/$i; done
                touch -d @0 .
                """,
                "sh",
                tree.toString());
    }

    private static void sparse(Path file) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(1_000_000);
            out.write("middle".getBytes(StandardCharsets.UTF_8));
            out.seek(3_000_000);
            out.write("more".getBytes(StandardCharsets.UTF_8));
            out.setLength(4_000_000);
        }
    }

    private Layer add(TestTar tar) throws IOException {
        return add(tar.bytes());
    }

    private Layer add(byte[] tar) throws IOException {
        Descriptor descriptor = Descriptor.of("", Digest.sha256(tar), tar.length);
        return store.layers().add(new ByteArrayInputStream(tar), descriptor, null);
    }

    private static List<String> changes(Layer layer) throws IOException {
        List<String> changes = new ArrayList<>();
        for (LayerChange change : layer.index().changes()) {
            changes.add(
                    change.path()
                            + switch (change) {
                                case LayerChange.Put _ -> "";
                                case LayerChange.Remove _ -> " (remove)";
                                case LayerChange.Hide _ -> " (hide)";
                            });
        }
        return changes;
    }

    /// All a tree holds, as text, a file a line.
    private static String describe(FileTree tree) throws IOException {
        List<FileEntry> entries = new ArrayList<>();
        walk(tree, tree.lookup(RawPath.ROOT).orElseThrow(), entries);
        StringBuilder out = new StringBuilder();
        for (FileEntry entry : entries) {
            out.append('/').append(entry.path()).append(' ').append(entry.type());
            out.append(' ').append(Integer.toOctalString(entry.mode()));
            out.append(' ').append(entry.uid()).append(':').append(entry.gid());
            out.append(' ').append(entry.mtime().seconds()).append('.');
            out.append(entry.mtime().nanos()).append(' ').append(entry.linkTarget());
            out.append(' ').append(entry.deviceMajor()).append(':').append(entry.deviceMinor());
            entry.xattrs().forEach((name, value) -> out.append(name).append(Digest.sha256(value)));
            List<String> names = names(entry, entries);
            out.append(names.size() > 1 ? names : "");
            if (entry.type() == FileType.REGULAR) {
                try (InputStream in = tree.open(entry)) {
                    out.append(' ').append(Digest.sha256(in.readAllBytes()).shortHex());
                }
            }
            out.append('\n');
        }
        return out.toString();
    }

    private static List<String> names(FileEntry entry, List<FileEntry> entries) {
        return entries.stream()
                .filter(e -> e.hardlinkGroup() != 0 && e.hardlinkGroup() == entry.hardlinkGroup())
                .map(e -> e.path().toString())
                .toList();
    }

    private static void walk(FileTree tree, FileEntry entry, List<FileEntry> all)
            throws IOException {
        all.add(entry);
        for (FileEntry child : tree.children(entry.path())) {
            walk(tree, child, all);
        }
    }

    private static byte[] bytes(InputStream stream) throws IOException {
        try (stream) {
            return stream.readAllBytes();
        }
    }
}
