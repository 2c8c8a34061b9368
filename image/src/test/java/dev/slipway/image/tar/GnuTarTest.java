package dev.slipway.image.tar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.DirectoryTree;
import dev.slipway.image.FileEntry;
import dev.slipway.image.Tools;
import dev.slipway.image.tar.TarEntry.Kind;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// GNU tar as judge, both ways.
class GnuTarTest {
    @TempDir Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "oldgnu", "pax", "ustar", "v7"})
    void everyDialect_isReadAsItWasPacked(String format) throws Exception {
        boolean old = format.equals("ustar") || format.equals("v7");
        Path tree = tree(!old);
        Path tar = temp.resolve("out.tar");
        Tools.run("tar", "--format=" + format, "-C", tree.toString(), "-cf", tar.toString(), ".");
        Map<RawPath, byte[]> contents = new TreeMap<>();
        Map<RawPath, TarEntry> entries = read(tar, contents);
        try (DirectoryTree expected = DirectoryTree.open(tree)) {
            for (FileEntry file : walk(expected)) {
                assertThat(entries).containsKey(file.path());
                TarEntry entry = Objects.requireNonNull(entries.remove(file.path()));
                assertSame(expected, file, entry, contents, format);
            }
        }
        assertThat(entries).isEmpty();
    }

    private void assertSame(
            DirectoryTree tree,
            FileEntry file,
            TarEntry entry,
            Map<RawPath, byte[]> contents,
            String format)
            throws IOException {
        assertThat(entry.mode()).isEqualTo(file.mode());
        assertThat(entry.uid()).isEqualTo(file.uid());
        assertThat(entry.gid()).isEqualTo(file.gid());
        assertThat(entry.mtime().seconds()).isEqualTo(file.mtime().seconds());
        if (format.equals("pax")) {
            assertThat(entry.mtime().nanos()).isEqualTo(file.mtime().nanos());
        }
        if (entry.kind() == Kind.SYMLINK) {
            assertThat(entry.linkTarget()).isEqualTo(file.linkTarget());
        }
        if (entry.kind() == Kind.REGULAR) {
            assertThat(entry.size()).isEqualTo(file.size());
            try (InputStream in = tree.open(file)) {
                assertThat(contents.get(file.path())).isEqualTo(in.readAllBytes());
            }
        } else if (file.type() == FileType.REGULAR) {
            assertThat(entry.kind()).isEqualTo(Kind.HARD_LINK);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"oldgnu", "0.0", "0.1", "1.0"})
    void sparseFile_inEveryForm(String version) throws Exception {
        Path tree = Files.createDirectory(temp.resolve("sparse"));
        try (RandomAccessFile file = new RandomAccessFile(tree.resolve("s").toFile(), "rw")) {
            for (int i = 0; i < 60; i++) { // more than fit one extension block
                file.seek(i * 100_000L);
                file.write(("region " + i).getBytes(StandardCharsets.UTF_8));
            }
            file.setLength(7_000_000);
        }
        Files.writeString(tree.resolve("t"), "after");
        Path tar = temp.resolve("sparse.tar");
        if (version.equals("oldgnu")) {
            Tools.run(
                    "tar", "--format=gnu", "-S", "-C", tree.toString(), "-cf", tar.toString(), ".");
        } else {
            Tools.run(
                    "tar",
                    "--format=pax",
                    "--sparse-version=" + version,
                    "-S",
                    "-C",
                    tree.toString(),
                    "-cf",
                    tar.toString(),
                    ".");
        }
        assertThat(Files.size(tar)).isLessThan(2_000_000);
        Map<RawPath, byte[]> contents = new TreeMap<>();
        Map<RawPath, TarEntry> entries = read(tar, contents);
        assertThat(entries).containsOnlyKeys(RawPath.ROOT, RawPath.of("s"), RawPath.of("t"));
        assertThat(contents.get(RawPath.of("s"))).isEqualTo(Files.readAllBytes(tree.resolve("s")));
        assertThat(contents.get(RawPath.of("t"))).asString().isEqualTo("after");
    }

    @Test
    void globalHeader_appliesUntilOverridden() throws Exception {
        Path tree = Files.createDirectory(temp.resolve("g"));
        Files.writeString(tree.resolve("f"), "x");
        Path tar = temp.resolve("g.tar");
        Tools.run(
                "tar",
                "--format=pax",
                "--pax-option=globexthdr.name=glob,uid=4000000,comment=hello",
                "-C",
                tree.toString(),
                "-cf",
                tar.toString(),
                "f");
        assertThat(read(tar, new TreeMap<>()).values())
                .singleElement()
                .matches(entry -> entry.uid() == 4_000_000);
    }

    @Test
    void ours_isUnpackedByGnuTar() throws Exception {
        Tools.requireRoot();
        Path tree = tree(true);
        Path tar = temp.resolve("ours.tar");
        try (DirectoryTree files = DirectoryTree.open(tree);
                TarWriter writer =
                        new TarWriter(new BufferedOutputStream(Files.newOutputStream(tar)))) {
            for (FileEntry file : walk(files)) {
                writer.begin(entry(file));
                if (file.isRegular()) {
                    try (InputStream in = files.open(file)) {
                        writer.content(in);
                    }
                }
            }
            writer.finish();
        }
        Path out = Files.createDirectory(temp.resolve("out"));
        Tools.run(
                "tar",
                "--xattrs",
                "--xattrs-include=*",
                "-C",
                out.toString(),
                "-xpf",
                tar.toString());
        try (DirectoryTree expected = DirectoryTree.open(tree);
                DirectoryTree found = DirectoryTree.open(out)) {
            List<FileEntry> want = walk(expected);
            List<FileEntry> have = walk(found);
            assertThat(have.stream().map(e -> e.withHardlinkGroup(0)))
                    .containsExactlyElementsOf(
                            want.stream().map(e -> e.withHardlinkGroup(0)).toList());
        }
    }

    private static TarEntry entry(FileEntry file) {
        Kind kind =
                switch (file.type()) {
                    case REGULAR -> Kind.REGULAR;
                    case DIRECTORY -> Kind.DIRECTORY;
                    case SYMLINK -> Kind.SYMLINK;
                    case FIFO -> Kind.FIFO;
                    default -> throw new IllegalStateException();
                };
        return new TarEntry(
                file.path(),
                kind,
                file.mode(),
                file.uid(),
                file.gid(),
                file.size(),
                file.mtime(),
                file.linkTarget(),
                0,
                0,
                file.xattrs());
    }

    private Path tree(boolean odd) throws Exception {
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Files.writeString(tree.resolve("file"), "hello\n");
        Files.write(tree.resolve("big"), new byte[300_000]);
        Files.createFile(tree.resolve("empty"));
        Files.createDirectories(tree.resolve("d/e/f"));
        Files.writeString(tree.resolve("d/e/f/x.sh"), "#!/bin/sh\n");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("/d/e"));
        Files.createLink(tree.resolve("zlink"), tree.resolve("file"));
        Tools.run("chmod", "4755", tree.resolve("d/e/f/x.sh").toString());
        Tools.run("chmod", "1777", tree.resolve("d").toString());
        if (odd) {
            Tools.run("mkfifo", tree.resolve("fifo").toString());
            String deep = ("n".repeat(60) + "/").repeat(5);
            Files.createDirectories(tree.resolve(deep));
            Files.writeString(tree.resolve(deep).resolve("f".repeat(200)), "deep");
            Files.createSymbolicLink(tree.resolve("longlink"), Path.of("t".repeat(300)));
            Tools.run("sh", "-c", "printf x > \"$(printf '%s/\\377\\n\\303\\251' " + tree + ")\"");
            Tools.run("chown", "-h", "3000000:3000001", tree.resolve("big").toString());
            Files.setLastModifiedTime(
                    tree.resolve("empty"), FileTime.from(Instant.ofEpochSecond(1234, 567_000_001)));
            if (Tools.isRoot()) {
                Tools.run(
                        "setfattr",
                        "-n",
                        "user.note",
                        "-v",
                        "a=b\nc",
                        tree.resolve("file").toString());
            }
        }
        return tree;
    }

    private static Map<RawPath, TarEntry> read(Path tar, Map<RawPath, byte[]> contents)
            throws IOException {
        Map<RawPath, TarEntry> entries = new TreeMap<>();
        try (TarReader reader = new TarReader(Files.newInputStream(tar), TarLimits.DEFAULT)) {
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                assertThat(entries.put(entry.path(), entry)).isNull();
                contents.put(entry.path(), reader.content().readAllBytes());
            }
        }
        return entries;
    }

    private static List<FileEntry> walk(DirectoryTree tree) throws IOException {
        List<FileEntry> all = new ArrayList<>();
        walk(tree, tree.lookup(RawPath.ROOT).orElseThrow(), all);
        return all;
    }

    private static void walk(DirectoryTree tree, FileEntry at, List<FileEntry> all)
            throws IOException {
        all.add(at);
        for (FileEntry child : tree.children(at.path())) {
            walk(tree, child, all);
        }
    }
}
