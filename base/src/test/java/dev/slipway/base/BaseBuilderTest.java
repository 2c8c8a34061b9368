package dev.slipway.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.Digest;
import dev.slipway.image.FileEntry;
import dev.slipway.image.Layer;
import dev.slipway.image.Manifest;
import dev.slipway.image.MergedView;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Images of packages that the test makes.
class BaseBuilderTest {
    private @TempDir Path temp;
    private TestKey key;
    private TestRepository repository;
    private Store store;

    @BeforeEach
    void setUp() throws Exception {
        key = TestKey.create();
        repository = new TestRepository(temp.resolve("machine")).trust(key);
        store = Store.open(temp.resolve("store"));
    }

    @AfterEach
    void tearDown() throws Exception {
        repository.close();
        store.close();
    }

    private BaseBuilder builder() {
        return builder(store);
    }

    private BaseBuilder builder(Store into) {
        return new BaseBuilder(into, repository.machine(), BaseListener.NONE);
    }

    private static BaseDefinition definition(String rest) {
        return RepositoriesTest.definition(rest);
    }

    private MergedView files(BaseResult result) throws Exception {
        byte[] raw = store.blobs().read(result.manifest().digest(), Manifest.MAX_BYTES);
        var digest = Manifest.parse(raw).layers().getFirst().digest();
        Layer layer = store.layers().find(digest).orElseThrow();
        return MergedView.of(List.of(layer));
    }

    private static FileEntry entry(MergedView files, String path) throws Exception {
        return files.lookup(RawPath.of(path)).orElseThrow(() -> new AssertionError("no " + path));
    }

    private static String text(MergedView files, String path) throws Exception {
        try (var in = files.open(entry(files, path))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static TestDeb library() throws Exception {
        return TestDeb.of("libhello", "2.0")
                .field("Multi-Arch", "same")
                .directory("./lib")
                .directory("./lib/x86_64-linux-gnu")
                .file("./lib/x86_64-linux-gnu/libhello.so.2", "library\n")
                .symlink("./lib/x86_64-linux-gnu/libhello.so", "libhello.so.2")
                .directory("./usr/share/man/man1")
                .file("./usr/share/man/man1/hello.1", "manual\n")
                .file("./usr/share/doc/libhello/copyright", "free\n")
                .file("./usr/share/doc/libhello/changelog.gz", "long\n");
    }

    @Test
    void build_distroless_holdsWhatGooglesDo() throws Exception {
        repository.publish(
                key,
                library(),
                TestDeb.of("hello", "1.0")
                        .field("Depends", "libhello (>= 2), debconf")
                        .file("./bin/hello", "program\n")
                        .hardLink("./usr/bin/hi", "./bin/hello")
                        .compressed("zst"),
                TestDeb.of("ca-certificates", "2026")
                        .field("Depends", "openssl")
                        .file("./usr/share/ca-certificates/b.crt", "BBB\n")
                        .file("./usr/share/ca-certificates/a.crt", "AAA")
                        .compressed("gz"));
        var result =
                builder()
                        .build(
                                definition(
                                        """
                                        packages: [hello]
                                        data: [ca-certificates]
                                        user: nonroot
                                        links: {/usr/bin/sh: hello}
                                        """),
                                Reference.parse("test/base"));

        assertThat(store.images().find(Reference.parse("test/base"))).contains(result.manifest());
        try (var files = files(result)) {
            assertThat(entry(files, "bin").linkTarget()).isEqualTo(RawPath.of("usr/bin"));
            assertThat(text(files, "usr/bin/hello")).isEqualTo("program\n");
            assertThat(entry(files, "usr/bin/hi").hardlinkGroup())
                    .isEqualTo(entry(files, "usr/bin/hello").hardlinkGroup())
                    .isNotZero();
            assertThat(text(files, "usr/lib/x86_64-linux-gnu/libhello.so.2"))
                    .isEqualTo("library\n");
            assertThat(entry(files, "usr/bin/sh").linkTarget()).isEqualTo(RawPath.of("hello"));
            assertThat(text(files, "etc/ssl/certs/ca-certificates.crt")).isEqualTo("AAA\nBBB\n");
            assertThat(files.lookup(RawPath.of("usr/share/ca-certificates"))).isEmpty();
            assertThat(text(files, "etc/passwd")).contains("nonroot:x:65532:65532:");
            assertThat(entry(files, "tmp").mode()).isEqualTo(01777);
            assertThat(entry(files, "home/nonroot").uid()).isEqualTo(65532);
            assertThat(text(files, "var/lib/dpkg/status.d/hello"))
                    .contains("Package: hello\nStatus: install ok installed\nVersion: 1.0\n");
            assertThat(text(files, "usr/share/doc/libhello/copyright")).isEqualTo("free\n");
            assertThat(files.lookup(RawPath.of("usr/share/doc/libhello/changelog.gz"))).isEmpty();
            assertThat(files.lookup(RawPath.of("usr/share/man"))).isEmpty();
        }
    }

    @Test
    void build_twoStores_sameDigest() throws Exception {
        repository.publish(key, library());
        var first = builder().build(definition("data: []\npackages: [libhello]\n"), null);
        try (var other = Store.open(temp.resolve("other"))) {
            var second = builder(other).build(definition("data: []\npackages: [libhello]\n"), null);
            assertThat(second.manifest()).isEqualTo(first.manifest());
            assertThat(second.reused()).isFalse();
        }
        assertThat(builder().build(definition("data: []\npackages: [libhello]\n"), null).reused())
                .isTrue();
    }

    @Test
    void build_withLock_needsNoIndex() throws Exception {
        repository.publish(key, library());
        var definition = definition("data: []\npackages: [libhello]\n");
        var lock = BaseLock.parse("base.lock", builder().lock(definition).text());
        var direct = builder().build(definition, null);
        repository.takeRequests();
        try (var other = Store.open(temp.resolve("other"))) {
            var locked = builder(other).build(definition, lock, null);
            assertThat(locked.manifest()).isEqualTo(direct.manifest());
        }
        assertThat(repository.takeRequests())
                .containsExactly("/debian/pool/main/libhello_2.0_all.deb");
    }

    @Test
    void build_withLockOfAnotherRequest_isRefused() throws Exception {
        repository.publish(key, library(), TestDeb.of("more", "1").file("./more", ""));
        var lock = builder().lock(definition("data: []\npackages: [libhello]\n"));
        var changed = definition("data: []\npackages: [more]\n");
        assertThatThrownBy(() -> builder().build(changed, lock, null))
                .hasMessageContaining("+ package more")
                .hasMessageContaining("- package libhello");
    }

    @Test
    void build_withLock_packageGoneFromTheMirror() throws Exception {
        repository.publish(key, library());
        var definition = definition("data: []\npackages: [libhello]\n");
        var lock = builder().lock(definition);
        repository.remove("pool/main/libhello_2.0_all.deb");
        assertThatThrownBy(() -> builder().build(definition, lock, null))
                .hasMessage("libhello 2.0 is no longer on the mirror");
    }

    @Test
    void build_sameFileInTwoPackages() throws Exception {
        repository.publish(
                key,
                TestDeb.of("first", "1").file("./usr/same", "1"),
                TestDeb.of("second", "1").file("./usr/same", "2"),
                TestDeb.of("third", "1").field("Replaces", "first").file("./usr/same", "3"));
        assertThatThrownBy(() ->
                        builder().build(definition("data: []\npackages: [first, second]\n"), null))
                .hasMessageContaining("/usr/same is in both first 1 and second 1");
        var result = builder().build(definition("data: []\npackages: [first, third]\n"), null);
        try (var files = files(result)) {
            assertThat(text(files, "usr/same")).isEqualTo("3");
        }
    }

    /// Names and links that lead out of the root are cut back to it.
    @Test
    void build_hostilePaths_stayInTheImage() throws Exception {
        repository.publish(
                key,
                TestDeb.of("evil", "1")
                        .file("../../../../../../tmp/slipway-escaped", "x")
                        .file("/etc/absolute", "x")
                        .symlink("./out", "/../../..")
                        .file("./out/through-a-link", "x")
                        .symlink("./up", "../../../../tmp")
                        .file("./up/slipway-escaped-2", "x"));
        var result = builder().build(definition("data: []\npackages: [evil]\n"), null);
        assertThat(Path.of("/tmp/slipway-escaped")).doesNotExist();
        assertThat(Path.of("/tmp/slipway-escaped-2")).doesNotExist();
        try (var files = files(result)) {
            assertThat(text(files, "tmp/slipway-escaped")).isEqualTo("x");
            assertThat(text(files, "tmp/slipway-escaped-2")).isEqualTo("x");
            assertThat(text(files, "etc/absolute")).isEqualTo("x");
            assertThat(text(files, "through-a-link")).isEqualTo("x");
        }
    }

    @Test
    void build_hostileLinks_endInAnError() throws Exception {
        repository.publish(
                key,
                TestDeb.of("loops", "1")
                        .symlink("./a", "b")
                        .symlink("./b", "a")
                        .file("./a/file", "x"),
                TestDeb.of("links", "1").hardLink("./shadow", "../../../../etc/shadow"));
        assertThatThrownBy(() -> builder().build(definition("data: []\npackages: [loops]\n"), null))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("too many links");
        assertThatThrownBy(() -> builder().build(definition("data: []\npackages: [links]\n"), null))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("links to a file that is not there");
    }

    /// A package that is signed for, and is not what the index calls it.
    @Test
    void build_packageLiesAboutItsName() throws Exception {
        byte[] other = TestDeb.of("other", "1").file("./x", "x").bytes();
        var release = repository.release(TestDeb.of("hello", "1").file("./x", "x"));
        var packages =
                """
                Package: hello
                Version: 1
                Architecture: all
                Filename: pool/main/hello_1_all.deb
                Size: %d
                SHA256: %s
                """
                        .formatted(other.length, Digest.sha256(other).hex());
        byte[] index = TestDeb.compress("xz", TestRepository.bytes(packages));
        repository.put("pool/main/hello_1_all.deb", other);
        repository.put("dists/test/" + TestRepository.INDEX, index);
        var forged =
                release.substring(0, release.indexOf("SHA256:"))
                        + "SHA256:\n "
                        + Digest.sha256(index).hex()
                        + " "
                        + index.length
                        + " "
                        + TestRepository.INDEX
                        + "\n";
        repository.put("dists/test/InRelease", TestRepository.bytes(key.clearSigned(forged)));
        assertThatThrownBy(() -> builder().build(definition("data: []\npackages: [hello]\n"), null))
                .hasMessageContaining("holds other 1, not hello 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 40, 68, 100, 131, 200, 400, 600})
    void read_cutShort_endsInAnError(int length) throws Exception {
        byte[] whole = library().bytes();
        byte[] cut = Arrays.copyOf(whole, Math.min(length, whole.length - 1));
        assertThatThrownBy(() ->
                        DebArchive.read(
                                new ByteArrayInputStream(cut), "cut", temp.resolve("spool")))
                .isInstanceOf(ArchiveException.class);
    }
}
