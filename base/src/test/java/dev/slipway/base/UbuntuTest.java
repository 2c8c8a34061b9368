package dev.slipway.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Digest;
import dev.slipway.image.Layer;
import dev.slipway.image.Manifest;
import dev.slipway.image.MergedView;
import dev.slipway.image.Store;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A repository laid out as Ubuntu's is: suites of a code name in one place, components, a keyring
/// of its own, zstd in packages, and a `base-files` that brings the links of the merged `/usr`.
class UbuntuTest {
    private @TempDir Path temp;
    private TestKey key;
    private TestRepository repository;
    private Store store;

    @BeforeEach
    void setUp() throws Exception {
        key = TestKey.create();
        repository = new TestRepository(temp.resolve("machine"));
        store = Store.open(temp.resolve("store"));
        var keyring = temp.resolve("machine/usr/share/keyrings/ubuntu-archive-keyring.gpg");
        Files.createDirectories(keyring.getParent());
        Files.write(keyring, key.keyring());
        repository.write("etc/os-release", "ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n");
        repository.write(
                "etc/apt/sources.list",
                "# Ubuntu sources have moved to /etc/apt/sources.list.d/ubuntu.sources\n");
    }

    @AfterEach
    void tearDown() throws Exception {
        repository.close();
        store.close();
    }

    private void configure() throws IOException {
        var stanza =
                """
                Types: deb
                URIs: %s/
                Suites: %s
                Components: main universe restricted multiverse
                Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg

                """;
        repository.write(
                "etc/apt/sources.list.d/ubuntu.sources",
                "# See the manual of sources.list(5).\n"
                        + stanza.formatted(
                                repository.uri(), "noble noble-updates noble-backports")
                        + stanza.formatted(repository.uri(), "noble-security"));
    }

    private void publish(String suite, List<TestDeb> main, List<TestDeb> universe)
            throws Exception {
        var hashes = new StringBuilder();
        index(hashes, suite, "main", main);
        index(hashes, suite, "universe", universe);
        index(hashes, suite, "restricted", List.of());
        index(hashes, suite, "multiverse", List.of());
        var release =
                "Origin: Ubuntu\nLabel: Ubuntu\nSuite: "
                        + suite
                        + "\nVersion: 24.04\nCodename: noble\n"
                        + "Date: Thu, 25 Apr 2024 15:10:33 UTC\n"
                        + "Architectures: amd64 arm64 i386\n"
                        + "Components: main restricted universe multiverse\n"
                        + "Description: Ubuntu Noble 24.04\nAcquire-By-Hash: yes\nSHA256:\n"
                        + hashes;
        repository.put(
                "dists/" + suite + "/InRelease",
                key.clearSigned(release).getBytes(StandardCharsets.UTF_8));
    }

    private void index(StringBuilder hashes, String suite, String component, List<TestDeb> debs)
            throws IOException {
        var packages = new StringBuilder();
        for (var deb : debs) {
            byte[] content = deb.bytes();
            var path = "pool/" + component + "/" + deb.name() + "_" + deb.version() + "_all.deb";
            repository.put(path, content);
            packages.append(deb.control()).append("Filename: ").append(path);
            packages.append("\nSize: ").append(content.length);
            packages.append("\nSHA256: ").append(Digest.sha256(content).hex()).append("\n\n");
        }
        byte[] plain = packages.toString().getBytes(StandardCharsets.UTF_8);
        byte[] index = TestDeb.compress("gz", plain);
        var path = component + "/binary-amd64/Packages.gz";
        var hash = Digest.sha256(index).hex();
        repository.put("dists/" + suite + "/" + path, index);
        repository.put(
                "dists/" + suite + "/" + component + "/binary-amd64/by-hash/SHA256/" + hash, index);
        hashes.append(' ').append(hash).append(' ').append(index.length).append(' ');
        hashes.append(path).append('\n');
    }

    private static TestDeb deb(String name, String version) {
        return TestDeb.of(name, version).compressed("zst");
    }

    private static TestDeb libc(String version) throws Exception {
        return deb("libc6", version)
                .directory("./usr/lib/x86_64-linux-gnu")
                .file("./usr/lib/x86_64-linux-gnu/libc.so.6", version)
                .directory("./usr/lib64")
                .symlink(
                        "./usr/lib64/ld-linux-x86-64.so.2",
                        "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
    }

    @Test
    void build_distroless_takesUpdatesButNoBackports() throws Exception {
        configure();
        publish(
                "noble",
                List.of(
                        deb("base-files", "13ubuntu10")
                                .field("Essential", "yes")
                                .field("Priority", "required")
                                .symlink("./bin", "usr/bin")
                                .symlink("./lib", "usr/lib")
                                .symlink("./lib64", "usr/lib64")
                                .symlink("./sbin", "usr/sbin")
                                .directory("./usr/bin")
                                .file("./usr/lib/os-release", "ID=ubuntu\n")
                                .symlink("./etc/os-release", "../usr/lib/os-release"),
                        libc("2.39-0ubuntu8")),
                List.of(
                        deb("hello", "2.10-3build1")
                                .field("Depends", "libc6 (>= 2.38), base-files")
                                .file("./usr/bin/hello", "program")
                                // older packages are not merged
                                .file("./lib64/own.so", "own")));
        publish("noble-updates", List.of(libc("2.39-0ubuntu8.5")), List.of());
        publish("noble-security", List.of(libc("2.39-0ubuntu8.4")), List.of());
        publish("noble-backports", List.of(libc("2.40-0ubuntu1~24.04")), List.of());
        var definition = RepositoriesTest.definition("data: []\npackages: [hello]\n");
        var builder = new BaseBuilder(store, repository.machine(), BaseListener.NONE);
        var lock = builder.lock(definition);
        assertThat(lock.suite()).isEqualTo("noble");
        var pins = new ArrayList<String>();
        lock.packages().forEach(pin -> pins.add(pin.name() + " " + pin.version()));
        assertThat(pins)
                .containsExactlyInAnyOrder(
                        "base-files 13ubuntu10", "libc6 2.39-0ubuntu8.5", "hello 2.10-3build1");

        var result = builder.build(definition, null);
        byte[] raw = store.blobs().read(result.manifest().digest(), Manifest.MAX_BYTES);
        Layer layer =
                store.layers()
                        .find(Manifest.parse(raw).layers().getFirst().digest())
                        .orElseThrow();
        try (var files = MergedView.of(List.of(layer))) {
            for (var link : List.of("bin", "lib", "lib64", "sbin")) {
                assertThat(files.lookup(RawPath.of(link)).orElseThrow().linkTarget())
                        .as(link)
                        .isEqualTo(RawPath.of("usr/" + link));
            }
            assertThat(files.lookup(RawPath.of("usr/lib64/own.so"))).isPresent();
            assertThat(files.lookup(RawPath.of("usr/lib64/ld-linux-x86-64.so.2"))).isPresent();
            assertThat(files.lookup(RawPath.of("usr/bin/hello"))).isPresent();
            assertThat(files.lookup(RawPath.of("etc/os-release"))).isPresent();
        }
    }

    /// A machine whose sources say nothing of the release: Ubuntu's own mirrors, not Debian's.
    @Test
    void sources_withoutAnyConfigured() throws Exception {
        assertThat(uris("amd64"))
                .containsExactly(
                        "http://archive.ubuntu.com/ubuntu noble",
                        "http://archive.ubuntu.com/ubuntu noble-updates",
                        "http://security.ubuntu.com/ubuntu noble-security");
        assertThat(uris("arm64"))
                .containsExactly(
                        "http://ports.ubuntu.com/ubuntu-ports noble",
                        "http://ports.ubuntu.com/ubuntu-ports noble-updates",
                        "http://ports.ubuntu.com/ubuntu-ports noble-security");
        repository.write("etc/os-release", "ID=debian\nVERSION_CODENAME=trixie\n");
        assertThat(uris("amd64")).first().isEqualTo("http://deb.debian.org/debian trixie");
    }

    private List<String> uris(String architecture) throws Exception {
        var definition =
                BaseDefinition.parse(
                        "base.yaml",
                        "flavour: distroless\narchitecture: "
                                + architecture
                                + "\ndata: []\npackages: [hello]\n");
        var uris = new ArrayList<String>();
        for (var source : SourceSelection.select(definition, repository.machine())) {
            uris.add(source.uri() + " " + source.suite());
        }
        return uris;
    }

    @Test
    void sourcesOfTheImage_areUbuntus() throws Exception {
        var definition =
                BaseDefinition.parse(
                        "base.yaml",
                        "flavour: minbase\narchitecture: arm64\napt-sources: official\n");
        var pin =
                new BaseLock.Pin(
                        "ubuntu-keyring",
                        "2023.11.28.1",
                        "all",
                        "noble",
                        "pool/main/u/ubuntu-keyring.deb",
                        0,
                        Digest.sha256(new byte[0]));
        var lock =
                new BaseLock("noble", "arm64", TestRepository.NOW, List.of(), List.of(pin));
        assertThat(AptSourcesFile.text(definition, lock, List.of()))
                .isEqualTo(
                        """
                        Types: deb
                        URIs: http://ports.ubuntu.com/ubuntu-ports
                        Suites: noble noble-updates
                        Components: main universe
                        Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg

                        Types: deb
                        URIs: http://ports.ubuntu.com/ubuntu-ports
                        Suites: noble-security
                        Components: main universe
                        Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg
                        """);
    }
}
