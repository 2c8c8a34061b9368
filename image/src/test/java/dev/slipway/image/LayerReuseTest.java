package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.linux.Fd;
import dev.slipway.linux.FileType;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/// A layer that takes what it can from an earlier one is, bit for bit, the one that is written
/// anew.
class LayerReuseTest {
    @TempDir Path temp;
    Store store;
    Store other;
    private int reused;
    private boolean fromFiles;

    @BeforeEach
    void open() throws IOException {
        store = Store.open(temp.resolve("store"));
        other = Store.open(temp.resolve("other"));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        other.close();
    }

    /// A file of a layer to be.
    ///
    /// @param linkedTo the path it is another name of; null: none
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Wanted(FileEntry entry, byte[] content, @Nullable RawPath linkedTo, boolean opaque) {
        static Wanted file(String path, String content) {
            byte[] bytes = content.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            return new Wanted(
                    FileEntry.file(RawPath.of(path), 0644, bytes.length), bytes, null, false);
        }

        Wanted with(FileEntry changed) {
            return new Wanted(changed, content, linkedTo, opaque);
        }
    }

    private void write(LayerWriter writer, Map<RawPath, Wanted> files) throws IOException {
        for (Wanted file : files.values()) {
            FileEntry entry = file.entry();
            byte[] content = file.content();
            RawPath first = file.linkedTo();
            if (first != null) {
                writer.hardLink(entry, first);
                continue;
            }
            if (!entry.isRegular()) {
                writer.put(entry, null);
                if (file.opaque()) {
                    writer.opaque(entry.path());
                }
                continue;
            }
            byte[] sha256 = Digest.newSha256().digest(content);
            if (writer.reuse(entry, sha256)) {
                reused++;
                continue;
            }
            if (fromFiles && content.length % 2 == 0) {
                assertThat(putFile(writer, entry, content)).isEqualTo(sha256);
            } else {
                writer.put(entry, new ByteArrayInputStream(content));
            }
            writer.contentDigest(sha256);
        }
    }

    /// Puts a file of the host, which is longer.
    private byte[] putFile(LayerWriter writer, FileEntry entry, byte[] content) throws IOException {
        Path file = Files.write(temp.resolve("file"), content);
        Files.write(file, new byte[] {1}, StandardOpenOption.APPEND);
        MessageDigest digest = Digest.newSha256();
        try (Fd fd = Fd.open(file, OpenFlags.O_RDONLY, 0)) {
            writer.put(entry, fd, digest);
        }
        return digest.digest();
    }

    Layer fresh(Store in, Map<RawPath, Wanted> files) throws IOException {
        try (LayerWriter writer = in.layers().create()) {
            write(writer, files);
            return writer.seal();
        }
    }

    Layer like(Digest earlier, Map<RawPath, Wanted> files) throws IOException {
        reused = 0;
        try (LayerWriter writer = store.layers().createLike(earlier)) {
            fromFiles = true;
            write(writer, files);
            fromFiles = false;
            long size = writer.size();
            Layer layer = writer.seal();
            assertThat(layer.size()).isEqualTo(size + 1024);
            return layer;
        }
    }

    void assertSame(Layer made, Layer anew) throws IOException {
        assertThat(made.diffId()).isEqualTo(anew.diffId());
        byte[] tar = bytes(made.openTar());
        assertThat(Digest.sha256(tar)).isEqualTo(made.diffId());
        assertThat(tar).isEqualTo(bytes(anew.openTar()));
        assertThat(made.index().encoded()).isEqualTo(anew.index().encoded());
        assertThat(contents(store, made)).isEqualTo(contents(other, anew));
    }

    private static byte[] contents(Store store, Layer layer) throws IOException {
        Path directory = store.home().resolve("layers").resolve(layer.diffId().hex());
        Path file = directory.resolve("contents");
        return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    }

    private static byte[] bytes(InputStream stream) throws IOException {
        try (stream) {
            return stream.readAllBytes();
        }
    }

    private static Map<RawPath, Wanted> layer(Wanted... files) {
        Map<RawPath, Wanted> layer = new TreeMap<>(RawPath::compareTree);
        for (Wanted file : files) {
            layer.put(file.entry().path(), file);
        }
        return layer;
    }

    @Test
    void oneFileChanged_takesTheOthers() throws IOException {
        Map<RawPath, Wanted> files = layer();
        for (int i = 0; i < 500; i++) {
            Wanted file = Wanted.file("d/f" + i, "content of " + i);
            files.put(file.entry().path(), file);
        }
        Digest first = fresh(store, files).diffId();
        Wanted changed = Wanted.file("d/f77", "changed");
        files.put(changed.entry().path(), changed);
        Layer made = like(first, files);
        assertThat(reused).isEqualTo(499);
        assertSame(made, fresh(other, files));
    }

    @Test
    void takenFromALayerThatTookItself() throws IOException {
        Map<RawPath, Wanted> files = layer();
        for (int i = 0; i < 9; i++) {
            Wanted file = Wanted.file("f" + i, "x".repeat(1000 * i + 1));
            files.put(file.entry().path(), file);
        }
        Digest last = fresh(store, files).diffId();
        for (int i = 0; i < 9; i++) {
            Wanted changed = Wanted.file("f" + i, "round " + i);
            files.put(changed.entry().path(), changed);
            Layer made = like(last, files);
            assertThat(reused).isEqualTo(8);
            assertSame(made, fresh(other, files));
            last = made.diffId();
        }
    }

    @Test
    void otherContentOfTheSameSize_isNotTaken() throws IOException {
        Digest first = fresh(store, layer(Wanted.file("f", "one"))).diffId();
        Map<RawPath, Wanted> files = layer(Wanted.file("f", "two"));
        Layer made = like(first, files);
        assertThat(reused).isZero();
        assertSame(made, fresh(other, files));
    }

    /// Of several steps of [Midstates], if this process has them: see [MidstatesTest].
    @ParameterizedTest
    @ValueSource(ints = {0, 6, 13, 39})
    void largeLayer_changedAnywhere(int changed) throws IOException {
        Map<RawPath, Wanted> files = large();
        Digest last = fresh(store, files).diffId();
        assertThat(like(last, files).diffId()).isEqualTo(last);
        for (int round = 0; round < 2; round++) {
            Wanted file = Wanted.file("d/f%02d".formatted(changed), "round " + round);
            files.put(file.entry().path(), file);
            Layer made = like(last, files);
            assertSame(made, fresh(other, files));
            last = made.diffId();
        }
        RawPath directory = RawPath.of("d");
        FileEntry other = FileEntry.directory(directory, 0711);
        files.put(directory, new Wanted(other, new byte[0], null, false));
        assertSame(like(last, files), fresh(this.other, files));
    }

    static Map<RawPath, Wanted> large() {
        Map<RawPath, Wanted> files = layer();
        FileEntry directory = FileEntry.directory(RawPath.of("d"), 0755);
        files.put(directory.path(), new Wanted(directory, new byte[0], null, false));
        for (int i = 0; i < 40; i++) {
            Wanted file = Wanted.file("d/f%02d".formatted(i), (i + " ").repeat(50_000));
            files.put(file.entry().path(), file);
        }
        return files;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 512, 1 << 20, (3 << 20) + 2})
    void contentOfAFile_isCopied(int length) throws IOException {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        FileEntry entry = FileEntry.file(RawPath.of("f"), 0644, length);
        Map<RawPath, Wanted> files = layer(new Wanted(entry, content, null, false));
        files.put(RawPath.of("g"), Wanted.file("g", "behind"));
        try (LayerWriter writer = store.layers().create()) {
            byte[] digest = putFile(writer, entry, content);
            assertThat(digest).isEqualTo(Digest.newSha256().digest(content));
            writer.contentDigest(digest);
            byte[] behind = "behind".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            writer.put(FileEntry.file(RawPath.of("g"), 0644, 6), new ByteArrayInputStream(behind));
            writer.contentDigest(Digest.newSha256().digest(behind));
            assertSame(writer.seal(), fresh(other, files));
        }
    }

    @Test
    void contentOfAFileThatIsShorter_isRefused() throws IOException {
        Path file = Files.write(temp.resolve("short"), new byte[2 << 20]);
        FileEntry entry = FileEntry.file(RawPath.of("f"), 0644, (2 << 20) + 1);
        try (LayerWriter writer = store.layers().create();
                Fd fd = Fd.open(file, OpenFlags.O_RDONLY, 0)) {
            assertThatThrownBy(() -> writer.put(entry, fd, null)).isInstanceOf(EOFException.class);
        }
        assertThat(store.layers().list()).isEmpty();
        assertThat(store.home().resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void earlierLayerIsGoneOrDamaged_isWrittenAnew() throws IOException {
        Map<RawPath, Wanted> files = layer(Wanted.file("f", "one"), Wanted.file("g", "two"));
        Digest first = fresh(store, files).diffId();
        Path contents = store.home().resolve("layers").resolve(first.hex()).resolve("contents");
        byte[] whole = Files.readAllBytes(contents);
        files.put(RawPath.of("h"), Wanted.file("h", "three"));
        for (int i = 0; i < whole.length; i += 11) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(contents, damaged);
            assertSame(like(first, files), fresh(other, files));
            assertThat(reused).isZero();
        }
        assertSame(like(Digest.sha256(new byte[0]), files), fresh(other, files));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyChange_givesWhatIsWrittenAnew(long seed) throws IOException {
        Random random = new Random(seed);
        Map<RawPath, Wanted> files = layer();
        for (int i = 0; i < 150; i++) {
            add(files, random);
        }
        Digest last = fresh(store, files).diffId();
        int taken = 0;
        for (int round = 0; round < 12; round++) {
            for (int i = random.nextInt(8); i >= 0; i--) {
                change(files, random);
            }
            relink(files, random);
            Layer made = like(last, files);
            assertSame(made, fresh(other, files));
            taken += reused;
            last = made.diffId();
        }
        assertThat(taken).isGreaterThan(300);
    }

    private static void add(Map<RawPath, Wanted> files, Random random) {
        String directory = "d" + random.nextInt(6);
        String name = "n" + random.nextInt(1000) + "x".repeat(random.nextInt(5) * 40);
        RawPath path = RawPath.of(directory + "/" + name);
        Timespec time = new Timespec(random.nextInt(1 << 30), random.nextInt(3) * 1001);
        byte[] content = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(3000)];
        if (random.nextInt(40) == 0) {
            content = new byte[300_000];
        }
        random.nextBytes(content);
        FileEntry entry =
                switch (random.nextInt(9)) {
                    case 0 -> FileEntry.symlink(path, RawPath.of("to " + random.nextInt()));
                    case 1 -> FileEntry.directory(path, 0700);
                    default -> FileEntry.file(path, 0600 + random.nextInt(64), content.length);
                };
        if (entry.isRegular() && random.nextInt(12) == 0) {
            TreeMap<String, byte[]> xattrs = new TreeMap<>();
            xattrs.put("user.a", new byte[] {(byte) random.nextInt()});
            entry = entry.withXattrs(xattrs);
        }
        boolean opaque = entry.isDirectory() && random.nextBoolean();
        entry = entry.withMtime(time).withOwner(random.nextInt(3), 1 << random.nextInt(31));
        files.put(path, new Wanted(entry, content, null, opaque));
    }

    private static void change(Map<RawPath, Wanted> files, Random random) {
        List<RawPath> paths = new ArrayList<>(files.keySet());
        RawPath path = paths.get(random.nextInt(paths.size()));
        Wanted file = Objects.requireNonNull(files.get(path));
        FileEntry entry = file.entry();
        switch (random.nextInt(7)) {
            case 0 -> files.remove(path);
            case 1, 2 -> add(files, random);
            case 3 -> files.put(path, file.with(entry.withMtime(new Timespec(9, 9))));
            case 4 -> files.put(path, file.with(entry.withOwner(7, 8)));
            case 5 -> files.put(path, file.with(entry.withMode(0711)));
            default -> {
                if (entry.type() == FileType.REGULAR && file.linkedTo() == null) {
                    byte[] content = new byte[random.nextInt(2000) + 1];
                    random.nextBytes(content);
                    FileEntry grown = FileEntry.file(path, entry.mode(), content.length);
                    files.put(path, new Wanted(grown, content, null, false));
                }
            }
        }
    }

    /// Makes one file another name of a file before it, and frees all that lost theirs.
    private static void relink(Map<RawPath, Wanted> files, Random random) {
        files.replaceAll((path, file) ->
                file.linkedTo() == null
                        ? file
                        : new Wanted(
                                FileEntry.file(path, 0600, file.content().length),
                                file.content(),
                                null,
                                false));
        List<Wanted> regular =
                new ArrayList<>(
                        files.values().stream().filter(f -> f.entry().isRegular()).toList());
        int first = random.nextInt(regular.size() - 1);
        int second = first + 1 + random.nextInt(regular.size() - first - 1);
        Wanted from = regular.get(first);
        RawPath path = regular.get(second).entry().path();
        files.put(
                path,
                new Wanted(
                        from.entry().withPath(path), from.content(), from.entry().path(), false));
    }
}
