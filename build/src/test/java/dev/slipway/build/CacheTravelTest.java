package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.image.Digest;
import dev.slipway.image.compress.Compression;
import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarWriter;
import dev.slipway.linux.FileLock;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// The build cache from one store to another, and archives that mean harm.
class CacheTravelTest {
    private static final String DOCKERFILE =
            """
            FROM busybox AS one
            COPY a /a
            RUN --mount=type=cache,id=the/id,target=/c \
                echo warm > /c/f && ln -s f /c/l && ln /c/f /c/h && mkdir /c/d && chmod 1750 /c/d && cp /a /x
            FROM busybox
            RUN --mount=type=bind,from=one,target=/o cat /o/x > /y
            """;
    private static final CacheImport.Wanted ALL = new CacheImport.Wanted(true, true, false);
    private static final String NAME = "ab".repeat(32);

    @TempDir Path directory;
    private Bench here;
    private Bench there;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        here = Bench.asRoot(directory.resolve("here"));
        there = Bench.asRoot(directory.resolve("there"));
        here.file("a", "content");
        there.file("a", "content");
    }

    @AfterEach
    void close() throws IOException {
        here.close();
        there.close();
    }

    private byte[] export(CacheFilter filter) throws IOException {
        var out = new ByteArrayOutputStream();
        CacheExport.write(
                here.store(), filter, new Compression.Zstd(3), out, warnings::add, Instant.now());
        return out.toByteArray();
    }

    private CacheExport.Summary take(byte[] archive, CacheImport.Wanted wanted) throws IOException {
        return CacheImport.read(
                there.store(), new ByteArrayInputStream(archive), wanted, warnings::add);
    }

    private Path mounts() {
        return there.store().home().resolve("cache/mounts");
    }

    @Test
    void secondStore_buildsWithoutRunningAnything() throws Exception {
        var first = here.build(DOCKERFILE);
        var summary = take(export(CacheFilter.ALL), ALL);
        assertThat(summary.mounts()).isEqualTo(1);
        there.reopen();
        var second = there.build(DOCKERFILE);
        assertThat(there.made()).isEmpty();
        assertThat(second.imageId()).isEqualTo(first.imageId());
        // The mount is the same to the last mode and link.
        there.build(
                """
                FROM busybox
                RUN --mount=type=cache,id=the/id,target=/c \
                    echo "$(cat /c/f /c/l) $(stat -c %h /c/f) $(stat -c %a /c/d) $(readlink /c/l)"
                """);
        assertThat(there.log()).containsExactly("warm", "warm 2 1750 f");
        assertThat(warnings).isEmpty();
    }

    @Test
    void export_canBeOfAPart() throws Exception {
        here.build(DOCKERFILE);
        var mount = export(CacheFilter.ALL.andAnyId(List.of("the/id")));
        assertThat(take(mount, ALL)).isEqualTo(new CacheExport.Summary(0, 0, 1));
        var steps = export(CacheFilter.parse(List.of("type=regular"), _ -> -1));
        assertThat(take(steps, ALL).mounts()).isZero();
        var wanted = new CacheImport.Wanted(false, true, true);
        assertThat(take(export(CacheFilter.ALL), wanted))
                .isEqualTo(new CacheExport.Summary(0, 0, 1));
    }

    @Test
    void export_isTheSameEachTime() throws Exception {
        here.build(DOCKERFILE);
        assertThat(export(CacheFilter.ALL)).isEqualTo(export(CacheFilter.ALL));
    }

    @Test
    void mountThatIsThere_staysUnlessReplaced_andInUseAlways() throws Exception {
        here.build(DOCKERFILE);
        var archive = export(CacheFilter.ALL);
        take(archive, ALL);
        try (var all = Files.list(mounts())) {
            var home = all.findFirst().orElseThrow();
            Files.writeString(home.resolve("shared/f"), "own");
            take(archive, ALL);
            assertThat(home.resolve("shared/f")).hasContent("own");
            assertThat(warnings.getLast()).contains("there is one already");
            try (var _ = FileLock.shared(home.resolve("shared.lock"))) {
                take(archive, new CacheImport.Wanted(true, true, true));
                assertThat(warnings.getLast()).contains("a build uses it");
            }
            take(archive, new CacheImport.Wanted(true, true, true));
            assertThat(home.resolve("shared/f")).hasContent("warm");
        }
    }

    @Test
    void archive_cutShortAnywhere_isRefusedAndHarmless() throws Exception {
        here.build(DOCKERFILE);
        var out = new ByteArrayOutputStream();
        CacheExport.write(
                here.store(),
                CacheFilter.ALL,
                new Compression.None(),
                out,
                warnings::add,
                Instant.now());
        var whole = out.toByteArray();
        for (int length = 0;
                length < whole.length - 1024;
                length += Math.max(512, whole.length / 40)) {
            var part = java.util.Arrays.copyOf(whole, length);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> take(part, ALL));
        }
        there.reopen();
        take(whole, ALL);
        there.build(DOCKERFILE);
        assertThat(there.made()).isEmpty();
    }

    @Test
    void archive_oneByteChanged_isNeverBelieved() throws Exception {
        here.build("FROM busybox\nCOPY a /a\n");
        var out = new ByteArrayOutputStream();
        CacheExport.write(
                here.store(),
                CacheFilter.ALL,
                new Compression.None(),
                out,
                warnings::add,
                Instant.now());
        var whole = out.toByteArray();
        // In the layer's content, and in a record.
        for (var mark : new String[] {"content", "COPY a /a"}) {
            var bad = whole.clone();
            int at = new String(bad, StandardCharsets.ISO_8859_1).indexOf(mark);
            bad[at] ^= 1;
            assertThatExceptionOfType(IOException.class).as(mark).isThrownBy(() -> take(bad, ALL));
        }
    }

    /// Writes an archive by hand, around one cache mount.
    private byte[] mountArchive(String digest, byte[] tar) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var archive = new TarWriter(out)) {
            text(archive, "slipway-cache", "1\n");
            text(archive, "mounts/" + NAME + "/id", "id");
            archive.begin(
                    CacheArchive.member("mounts/" + NAME + "/" + digest + ".tar", tar.length));
            archive.write(tar, 0, tar.length);
            text(archive, "end", "3");
            archive.finish();
        }
        return out.toByteArray();
    }

    private static void text(TarWriter archive, String name, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        archive.begin(CacheArchive.member(name, bytes.length));
        archive.write(bytes, 0, bytes.length);
    }

    private static TarEntry entry(
            String path, TarEntry.Kind kind, @Nullable String target, int size) {
        return new TarEntry(
                RawPath.of(path),
                kind,
                0644,
                0,
                0,
                size,
                new Timespec(1, 0),
                target == null ? null : RawPath.of(target),
                1,
                3,
                new TreeMap<>());
    }

    private static byte[] tar(TarEntry... entries) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var tar = new TarWriter(out)) {
            for (var entry : entries) {
                tar.begin(entry);
                tar.write(new byte[(int) entry.size()], 0, (int) entry.size());
            }
            tar.finish();
        }
        return out.toByteArray();
    }

    private void refused(byte[] tar) throws IOException {
        var archive = mountArchive(Digest.sha256(tar).hex(), tar);
        assertThatExceptionOfType(InvalidCacheArchiveException.class)
                .isThrownBy(() -> take(archive, ALL));
        assertThat(mounts().resolve(NAME).resolve("shared")).doesNotExist();
        there.reopen();
        assertThat(there.store().home().resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void mount_wellFormed_isTakenIn() throws Exception {
        var tar = tar(entry("f", TarEntry.Kind.REGULAR, null, 5));
        take(mountArchive(Digest.sha256(tar).hex(), tar), ALL);
        assertThat(mounts().resolve(NAME).resolve("shared/f")).hasSize(5);
    }

    /// A cache fills no mount but the one it was asked for, under no id but that.
    @Test
    void mount_ofAnotherName_isRefusedWhereOneIsAskedFor() throws Exception {
        var tar = tar(entry("f", TarEntry.Kind.REGULAR, null, 5));
        var archive = mountArchive(Digest.sha256(tar).hex(), tar);
        var others =
                List.of(
                        new CacheImport.OneMount("cd".repeat(32), "id"),
                        new CacheImport.OneMount(NAME, "another id"));
        for (var other : others) {
            assertThatExceptionOfType(InvalidCacheArchiveException.class)
                    .isThrownBy(() -> takeMount(archive, other));
        }
        assertThat(mounts()).doesNotExist();
        takeMount(archive, new CacheImport.OneMount(NAME, "id"));
        assertThat(mounts().resolve(NAME).resolve("shared/f")).hasSize(5);
    }

    private void takeMount(byte[] archive, CacheImport.OneMount mount) throws IOException {
        CacheImport.readMount(
                there.store(), new ByteArrayInputStream(archive), mount, warnings::add);
    }

    /// CVE-2026-42574: a link of the archive, then a file through it.
    @Test
    void mount_fileThroughALink_isRefused() throws Exception {
        var outside = Files.createDirectory(directory.resolve("outside"));
        refused(
                tar(
                        entry("l", TarEntry.Kind.SYMLINK, outside.toString(), 0),
                        entry("l/f", TarEntry.Kind.REGULAR, null, 1)));
        refused(
                tar(
                        entry("l", TarEntry.Kind.SYMLINK, "../../../..", 0),
                        entry("l/f", TarEntry.Kind.REGULAR, null, 1)));
        // Over the link itself, which must not be written through either.
        refused(
                tar(
                        entry("l", TarEntry.Kind.SYMLINK, outside.resolve("f").toString(), 0),
                        entry("l", TarEntry.Kind.REGULAR, null, 1)));
        assertThat(outside).isEmptyDirectory();
    }

    /// CVE-2026-50163: hard links to what is not in the archive.
    @ParameterizedTest
    @ValueSource(strings = {"../id", "../../../../gc.json", "/etc/passwd", "nowhere", "l/passwd"})
    void mount_hardLinkOutside_isRefused(String target) throws Exception {
        refused(
                tar(
                        entry("l", TarEntry.Kind.SYMLINK, "/etc", 0),
                        entry("h", TarEntry.Kind.HARD_LINK, target, 0)));
    }

    @Test
    void mount_deviceOrRootThatIsNone_isRefused() throws Exception {
        refused(tar(entry("d", TarEntry.Kind.CHARACTER_DEVICE, null, 0)));
        refused(tar(entry("d", TarEntry.Kind.BLOCK_DEVICE, null, 0)));
    }

    @Test
    void mount_otherDigest_isRefused() throws Exception {
        var tar = tar(entry("f", TarEntry.Kind.REGULAR, null, 5));
        var archive = mountArchive(NAME, tar);
        assertThatExceptionOfType(InvalidCacheArchiveException.class)
                .isThrownBy(() -> take(archive, ALL));
        assertThat(mounts().resolve(NAME).resolve("shared")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "records/../../../x",
                "records/abc",
                "layers/sha256/../x",
                "layers/sha512/x",
                "mounts/../x/id",
                "mounts/x",
                "other"
            })
    void member_ofAnotherName_isRefused(String name) throws Exception {
        var out = new ByteArrayOutputStream();
        try (var archive = new TarWriter(out)) {
            text(archive, "slipway-cache", "1\n");
            text(archive, name, "x");
            text(archive, "end", "2");
            archive.finish();
        }
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> take(out.toByteArray(), ALL));
        assertThat(directory.resolve("x")).doesNotExist();
    }

    @Test
    void record_ofAnotherKey_isRefused() throws Exception {
        here.build("FROM busybox\nCOPY a /a\n");
        var records = here.store().home().resolve("cache/records");
        byte[] record;
        try (var all = Files.list(records)) {
            record = Files.readAllBytes(all.findFirst().orElseThrow());
        }
        var out = new ByteArrayOutputStream();
        try (var archive = new TarWriter(out)) {
            text(archive, "slipway-cache", "1\n");
            archive.begin(CacheArchive.member("records/" + NAME, record.length));
            archive.write(record, 0, record.length);
            text(archive, "end", "2");
            archive.finish();
        }
        assertThatExceptionOfType(InvalidCacheArchiveException.class)
                .isThrownBy(() -> take(out.toByteArray(), ALL))
                .withMessageContaining("is damaged");
    }

    @Test
    void archive_ofAnotherKind_isRefused() throws Exception {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> take("nothing".getBytes(StandardCharsets.UTF_8), ALL));
        var tar = tar(entry("f", TarEntry.Kind.REGULAR, null, 5));
        assertThatExceptionOfType(InvalidCacheArchiveException.class)
                .isThrownBy(() -> take(tar, ALL))
                .withMessageContaining("no archive of slipway cache export");
    }
}
