package dev.slipway.image;

import static dev.slipway.image.SampleImages.name;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.image.ImageSave.Form;
import dev.slipway.image.compress.Compression;
import dev.slipway.linux.Fd;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Archives that we write and others read, and the other way round.
class ArchiveTest {
    @TempDir Path temp;
    private Store store;
    private Path archive;

    @BeforeEach
    void open() throws Exception {
        store = Store.open(temp.resolve("store"));
        archive = temp.resolve("image.tar");
    }

    @AfterEach
    void close() throws Exception {
        store.close();
    }

    private Descriptor save(Form form, @Nullable Compression compression, String... names)
            throws Exception {
        Descriptor image = SampleImages.make(store, "hello\n", "world\n");
        List<Reference> references = new java.util.ArrayList<>();
        for (String each : names) {
            store.images().tag(name(each), image);
            references.add(name(each));
        }
        save(form, compression, List.of(new SavedImage(image, references, null)));
        return image;
    }

    private void save(Form form, @Nullable Compression compression, List<SavedImage> images)
            throws Exception {
        int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC;
        try (Fd out = Fd.open(archive, flags, 0644)) {
            new ImageSave(store, form, compression).toTar(images, out);
        }
    }

    private static String text(Image image, String path) throws Exception {
        try (MergedView files = MergedView.of(image.layers());
                InputStream in = files.open(files.lookup(RawPath.of(path)).orElseThrow())) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private void assertLoads(Store into, List<LoadedImage> loaded, String... names)
            throws Exception {
        assertThat(loaded).hasSize(1);
        assertThat(loaded.getFirst().names())
                .extracting(Reference::familiar)
                .containsExactly(names);
        Image image = Image.load(into, loaded.getFirst().target(), null);
        assertThat(image.config().config().cmd()).containsExactly("/file-0");
        assertThat(text(image, "file-0")).isEqualTo("hello\n");
        assertThat(text(image, "file-1")).isEqualTo("world\n");
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void roundTrip_keepsDigests(Form form) throws Exception {
        Descriptor image = save(form, null, "app:1", "other.example/app:2");
        try (Store into = Store.open(temp.resolve("into"))) {
            List<LoadedImage> loaded = new ImageLoad(into, null).load(archive);
            assertLoads(into, loaded, "app:1", "other.example/app:2");
            assertThat(loaded.getFirst().target().digest()).isEqualTo(image.digest());
            assertThat(into.images().find(name("app:1"))).isPresent();
        }
    }

    @Test
    void save_isDeterministicHoweverWritten() throws Exception {
        Descriptor image = save(Form.DOCKER, null, "app:1");
        var out = new ByteArrayOutputStream();
        new ImageSave(store, Form.DOCKER, null)
                .toTar(List.of(new SavedImage(image, List.of(name("app:1")), null)), out);
        assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(archive));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd", "xz", "bzip2"})
    void load_compressedArchivesAndStreams(String program) throws Exception {
        save(Form.DOCKER, null, "app:1");
        Tools.run(program, "-q", "-k", archive.toString());
        Path compressed = compressedForm();
        try (Store into = Store.open(temp.resolve("into"))) {
            assertLoads(into, new ImageLoad(into, null).load(compressed), "app:1");
        }
        try (Store into = Store.open(temp.resolve("streamed"));
                InputStream in = Files.newInputStream(compressed)) {
            assertLoads(into, new ImageLoad(into, null).load(in), "app:1");
            assertThat(SampleImages.files(into, "tmp")).isEmpty();
        }
    }

    private Path compressedForm() throws Exception {
        try (var files = Files.list(temp)) {
            return files.filter(f -> f.getFileName().toString().startsWith("image.tar."))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void skopeoAndUmociAcceptOciArchives() throws Exception {
        for (Compression compression :
                List.of(Compression.NONE, Compression.gzip(), Compression.zstd())) {
            save(Form.OCI, compression, "app:1");
            String seen = Tools.run("skopeo", "inspect", "oci-archive:" + archive);
            assertThat(seen).contains("\"Architecture\": \"amd64\"", "\"made-by\": \"test\"");
            Path layout = temp.resolve("layout-" + compression.format());
            Tools.run("skopeo", "copy", "oci-archive:" + archive, "oci:" + layout + ":1");
            if (compression.format() != dev.slipway.image.compress.Format.ZSTD) { // umoci cannot
                Path bundle = temp.resolve("bundle-" + compression.format());
                Tools.run("umoci", "unpack", "--image", layout + ":1", bundle.toString());
                assertThat(bundle.resolve("rootfs/file-1")).hasContent("world\n");
            }
        }
    }

    @Test
    void skopeoAcceptsDockerArchives() throws Exception {
        save(Form.DOCKER, null, "app:1");
        String seen = Tools.run("skopeo", "inspect", "docker-archive:" + archive + ":app:1");
        assertThat(seen).contains("\"Architecture\": \"amd64\"");
        Path layout = temp.resolve("layout");
        Tools.run("skopeo", "copy", "docker-archive:" + archive, "oci:" + layout + ":1");
        try (Store into = Store.open(temp.resolve("into"))) {
            assertLoads(into, new ImageLoad(into, null).load(layout));
        }
        // The same file is an OCI archive, too.
        assertThat(Tools.run("skopeo", "inspect", "oci-archive:" + archive)).contains("amd64");
    }

    @Test
    void skopeosArchivesAreLoaded() throws Exception {
        save(Form.OCI, null, "app:1");
        Path docker = temp.resolve("docker.tar");
        Tools.run(
                "skopeo",
                "copy",
                "oci-archive:" + archive,
                "docker-archive:" + docker + ":their:2");
        try (Store into = Store.open(temp.resolve("docker"))) {
            assertLoads(into, new ImageLoad(into, null).load(docker), "their:2");
        }
        Path oci = temp.resolve("oci.tar");
        Tools.run("skopeo", "copy", "oci-archive:" + archive, "oci-archive:" + oci + ":their:3");
        try (Store into = Store.open(temp.resolve("oci"))) {
            assertLoads(into, new ImageLoad(into, null).load(oci), "their:3");
        }
        Path dir = temp.resolve("layout");
        Tools.run("skopeo", "copy", "--dest-compress", "oci-archive:" + archive, "dir:" + dir);
    }

    @Test
    void buildahLoadsOursAndWeLoadTheirs() throws Exception {
        Tools.requireRoot();
        save(Form.DOCKER, null, "app:1");
        String[] buildah = {
            "buildah",
            "--root",
            temp.resolve("b").toString(),
            "--runroot",
            temp.resolve("br").toString(),
            "--storage-driver",
            "vfs"
        };
        String pulled = Tools.run(with(buildah, "pull", "-q", "docker-archive:" + archive)).strip();
        Path theirs = temp.resolve("theirs.tar");
        Tools.run(with(buildah, "push", pulled, "docker-archive:" + theirs + ":x:1"));
        try (Store into = Store.open(temp.resolve("into"))) {
            assertLoads(into, new ImageLoad(into, null).load(theirs), "x:1");
        }
        Path oci = temp.resolve("theirs-oci.tar");
        Tools.run(with(buildah, "push", pulled, "oci-archive:" + oci + ":x:2"));
        try (Store into = Store.open(temp.resolve("into-oci"))) {
            assertLoads(into, new ImageLoad(into, null).load(oci), "x:2");
        }
    }

    private static String[] with(String[] command, String... more) {
        String[] all = java.util.Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        return all;
    }

    @Test
    void save_severalImagesShareLayers() throws Exception {
        Descriptor one = SampleImages.make(store, "hello\n", "one");
        Descriptor two = SampleImages.make(store, "hello\n", "two");
        save(
                Form.DOCKER,
                null,
                List.of(
                        new SavedImage(one, List.of(name("one")), null),
                        new SavedImage(two, List.of(name("two")), null)));
        assertThat(Tools.run("skopeo", "inspect", "docker-archive:" + archive + ":two:latest"))
                .contains("amd64");
        try (Store into = Store.open(temp.resolve("into"))) {
            assertThat(new ImageLoad(into, null).load(archive))
                    .extracting(l -> l.names().getFirst().familiar())
                    .containsExactly("one:latest", "two:latest");
            assertThat(into.layers().list()).hasSize(3);
        }
    }

    @Test
    void save_ofAnIndexKeepsItAndAPlatformIsChosen() throws Exception {
        Platform arm64 = Platform.of("linux", "arm64");
        Descriptor amd = SampleImages.make(store, "amd");
        Descriptor arm = SampleImages.make(store, arm64, Map.of(), "arm");
        Index index =
                Index.of(
                        MediaTypes.OCI_INDEX,
                        List.of(amd.withPlatform(SampleImages.AMD64), arm.withPlatform(arm64)),
                        Collections.emptySortedMap());
        store.blobs().put(index.raw());
        List<Reference> names = List.of(name("multi"));
        save(Form.OCI, null, List.of(new SavedImage(index.descriptor(), names, null)));
        try (Store into = Store.open(temp.resolve("all"))) {
            List<LoadedImage> loaded = new ImageLoad(into, null).load(archive);
            assertThat(loaded.getFirst().target().digest()).isEqualTo(index.descriptor().digest());
            var catalog = new ImageCatalog(into);
            assertThat(catalog.load("multi", arm64).config().platform()).isEqualTo(arm64);
        }
        try (Store into = Store.open(temp.resolve("one"))) {
            List<LoadedImage> loaded = new ImageLoad(into, arm64).load(archive);
            assertThat(loaded.getFirst().target().digest()).isEqualTo(arm.digest());
            assertThat(into.blobs().contains(amd.digest())).isFalse();
        }
        save(Form.DOCKER, null, List.of(new SavedImage(index.descriptor(), names, arm64)));
        assertThat(Tools.run("skopeo", "inspect", "docker-archive:" + archive)).contains("arm64");
    }

    @Test
    void toDirectory_addsToALayout() throws Exception {
        Path layout = temp.resolve("layout");
        Descriptor one = SampleImages.make(store, "hello\n", "world\n");
        Descriptor two = SampleImages.make(store, "two");
        var save = new ImageSave(store, Form.OCI, Compression.gzip());
        save.toDirectory(List.of(new SavedImage(one, List.of(name("app:1")), null)), layout);
        save.toDirectory(List.of(new SavedImage(two, List.of(name("app:2")), null)), layout);
        save.toDirectory(List.of(new SavedImage(one, List.of(name("app:2")), null)), layout);
        Index index = Index.parse(Files.readAllBytes(layout.resolve("index.json")));
        assertThat(index.manifests()).hasSize(2);
        assertThat(Tools.run("skopeo", "inspect", "oci:" + layout + ":2")).contains("amd64");
        try (Store into = Store.open(temp.resolve("into"))) {
            assertLoads(into, new ImageLoad(into, null).load(layout), "app:2", "app:1");
        }
    }

    @Test
    void load_oldDockerArchiveWithLinksBetweenLayers() throws Exception {
        byte[] layer = new TestTar().file("file-0", "hello\n").bytes();
        Digest diffId = Digest.sha256(layer);
        String config =
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
                        + "\"diff_ids\":[\""
                        + diffId
                        + "\",\""
                        + diffId
                        + "\"]}}";
        byte[] tar =
                new TestTar()
                        .dir("aaa")
                        .file("aaa/VERSION", "1.0")
                        .file(
                                "aaa/layer.tar",
                                new String(layer, java.nio.charset.StandardCharsets.ISO_8859_1))
                        .dir("bbb")
                        .symlink("bbb/layer.tar", "../aaa/layer.tar")
                        .file(Digest.sha256(config.getBytes(UTF_8)).hex() + ".json", config)
                        .file(
                                "manifest.json",
                                "[{\"Config\":\""
                                        + Digest.sha256(config.getBytes(UTF_8)).hex()
                                        + ".json\",\"RepoTags\":[\"old:1\"],\"Layers\":"
                                        + "[\"aaa/layer.tar\",\"bbb/layer.tar\"]}]")
                        .file("repositories", "{}")
                        .bytes();
        List<LoadedImage> loaded = new ImageLoad(store, null).load(new ByteArrayInputStream(tar));
        assertThat(loaded.getFirst().names()).containsExactly(name("old:1"));
        assertThat(Image.load(store, loaded.getFirst().target(), null).layers()).hasSize(2);
    }

    @Test
    void importRootfs_makesAnImage() throws Exception {
        byte[] rootfs = new TestTar().dir("bin").file("bin/sh", "#!").bytes();
        var facts =
                new RootfsImport.Facts(
                        RunConfig.builder().cmd(List.of("/bin/sh")).build(),
                        SampleImages.AMD64,
                        SampleImages.CREATED,
                        "Imported from -");
        Descriptor image = RootfsImport.run(store, new ByteArrayInputStream(rootfs), facts);
        store.images().tag(name("imported"), image);
        Image loaded = new ImageCatalog(store).load("imported", null);
        assertThat(text(loaded, "bin/sh")).isEqualTo("#!");
        assertThat(ImageHistory.of(store, loaded).getFirst().comment())
                .isEqualTo("Imported from -");
        assertThat(SampleImages.files(store, "blobs/sha256")).hasSize(2);
    }
}
