package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.Json;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// Images to a real registry and back, and what other tools make of them.
class RoundTripTest {
    private static final Platform AMD64 = Platform.of("linux", "amd64");
    private static final Platform ARM64 = Platform.of("linux", "arm64");

    @TempDir private static Path shared;
    private static TestRegistry registry;

    @TempDir private Path directory;

    @BeforeAll
    static void start() throws Exception {
        registry = TestRegistry.plain(shared.resolve("registry"));
    }

    @AfterAll
    static void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    private String name(String rest) {
        return registry.host() + "/" + rest;
    }

    private static Push push(Registries registries, Store store) {
        return new Push(registries, store, Compression.gzip(), false);
    }

    @Test
    void image_pushedAndPulled_isTheSame() throws Exception {
        try (Registries registries = Samples.registries(directory);
                Store from = Store.open(directory.resolve("a"));
                Store to = Store.open(directory.resolve("b"))) {
            Descriptor image = Samples.image(from, AMD64, new Random(1), 100_000, 5, 300_000);
            var name = Samples.name(name("one:v1"));

            Pushed pushed = push(registries, from).push(image, name, null);
            Pulled pulled = new Pull(registries, to).pull(name, AMD64);

            assertThat(pulled.target().digest()).isEqualTo(pushed.target().digest());
            assertThat(Image.load(to, pulled.target(), AMD64).id())
                    .isEqualTo(Image.load(from, image, AMD64).id());
            Samples.checkWhole(to);
            assertThat(push(registries, to).push(pulled.target(), name, null).isNew()).isFalse();
        }
    }

    @Test
    void pull_again_movesNothing() throws Exception {
        try (Registries registries = Samples.registries(directory);
                Store store = Store.open(directory.resolve("a"))) {
            Descriptor image = Samples.image(store, AMD64, new Random(2), 1000);
            var name = Samples.name(name("again:v1"));
            Pushed pushed = push(registries, store).push(image, name, null);
            new Pull(registries, store).pull(name, AMD64);
            int before = registry.logSince(0, "GET /v2/again/manifests/v1").length();

            assertThat(new Pull(registries, store).pull(name, AMD64).isNew()).isFalse();

            String asked = "HEAD /v2/again/manifests/v1";
            assertThat(registry.logSince(before, asked)).contains(asked).doesNotContain("GET");
            assertThat(pushed.isNew()).isTrue();
        }
    }

    @Test
    void index_pulledForOnePlatform_bringsThatOneOnly() throws Exception {
        try (Registries registries = Samples.registries(directory);
                Store from = Store.open(directory.resolve("a"));
                Store to = Store.open(directory.resolve("b"))) {
            Descriptor amd64 = Samples.image(from, AMD64, new Random(3), 20_000);
            Descriptor arm64 = Samples.image(from, ARM64, new Random(4), 30_000);
            Descriptor index = Samples.index(from, List.of(amd64, arm64));
            var name = Samples.name(name("multi:v1"));
            Pushed pushed = push(registries, from).push(index, name, null);

            Pulled pulled = new Pull(registries, to).pull(name, ARM64);

            assertThat(pulled.target()).isEqualTo(pushed.target());
            assertThat(Image.load(to, pulled.target(), ARM64).config().platform()).isEqualTo(ARM64);
            assertThatThrownBy(() -> Image.load(to, pulled.target(), AMD64))
                    .hasMessageContaining("not in the store");

            new Pull(registries, to).pullAll(name);
            Samples.checkWhole(to);
            assertThat(Image.load(to, pulled.target(), AMD64).layers()).hasSize(1);
        }
    }

    @Test
    void index_withoutThePlatform_namesThoseThereAre() throws Exception {
        try (Registries registries = Samples.registries(directory);
                Store store = Store.open(directory.resolve("a"))) {
            Descriptor arm64 = Samples.image(store, ARM64, new Random(5), 10);
            var name = Samples.name(name("arm:v1"));
            push(registries, store).push(Samples.index(store, List.of(arm64)), name, null);

            assertThatThrownBy(() -> new Pull(registries, store).pull(name, AMD64))
                    .hasMessageContaining("not there for linux/amd64")
                    .extracting("hint")
                    .isEqualTo("It is for linux/arm64.");
        }
    }

    @Test
    void pull_ofWhatIsNotThere_saysSo() throws Exception {
        try (Registries registries = Samples.registries(directory);
                Store store = Store.open(directory.resolve("a"))) {
            assertThatThrownBy(() ->
                            new Pull(registries, store).pull(Samples.name(name("no:v1")), null))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("there is no image " + name("no:v1"));
        }
    }

    @Test
    void pull_fromAnUnknownHost_saysSoOnce_andWhatToDo() throws Exception {
        List<String> warnings = new ArrayList<>();
        TransferListener listener =
                new TransferListener() {
                    @Override
                    public void warning(String message) {
                        warnings.add(message);
                    }
                };
        try (Registries registries =
                        new Registries(Samples.settings(directory, Map.of()), listener);
                Store store = Store.open(directory.resolve("a"))) {
            assertThatThrownBy(() ->
                            new Pull(registries, store)
                                    .pull(Samples.name("registry.invalid/a:v1"), null))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageEndingWith(": the host name registry.invalid does not resolve")
                    .extracting("hint")
                    .asString()
                    .contains("slipway load");
        }
        assertThat(warnings).isEmpty();
    }

    /// 0.0.0.0 reaches this machine, and is not taken for it.
    @Test
    void pull_fromARegistryWithoutTls_saysSoAtOnce_andHowToAllowIt() throws Exception {
        List<String> pauses = new ArrayList<>();
        TransferListener listener =
                new TransferListener() {
                    @Override
                    public void waiting(String host, Duration pause, String reason) {
                        pauses.add(reason);
                    }
                };
        String name = registry.host().replaceFirst("^[^:]+", "0.0.0.0") + "/a:v1";
        try (Registries registries =
                        new Registries(Samples.settings(directory, Map.of()), listener);
                Store store = Store.open(directory.resolve("a"))) {
            assertThatThrownBy(() -> new Pull(registries, store).pull(Samples.name(name), null))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageEndingWith(" does not speak TLS")
                    .extracting("hint")
                    .asString()
                    .contains("registries.conf");
        }
        assertThat(pauses).isEmpty();
    }

    @Test
    void push_toAnotherRepository_mountsWhatTheRegistryHas() throws Exception {
        try (Registries registries = Samples.registries(directory);
                Store store = Store.open(directory.resolve("a"))) {
            Descriptor image = Samples.image(store, AMD64, new Random(6), 50_000);
            push(registries, store).push(image, Samples.name(name("first/app:v1")), null);
            int before = registry.logSince(0, "PUT /v2/first/app/manifests/v1").length();

            push(registries, store).push(image, Samples.name(name("second/app:v1")), null);

            String made = "PUT /v2/second/app/manifests/v1";
            String after = registry.logSince(before, made);
            assertThat(after).contains(made, "mount=", "from=first%2Fapp");
            assertThat(after).doesNotContain("PATCH").doesNotContain("PUT /v2/second/app/blobs");
        }
    }

    @Test
    void push_byZstd_isPulledAgain() throws Exception {
        try (Registries registries = Samples.registries(directory);
                Store from = Store.open(directory.resolve("a"));
                Store to = Store.open(directory.resolve("b"))) {
            Descriptor image = Samples.image(from, AMD64, new Random(7), 70_000);
            var name = Samples.name(name("zstd:v1"));
            new Push(registries, from, Compression.zstd(), false).push(image, name, null);

            Pulled pulled = new Pull(registries, to).pull(name, AMD64);

            Image back = Image.load(to, pulled.target(), AMD64);
            assertThat(back.manifest().layers().getFirst().mediaType())
                    .isEqualTo(MediaTypes.OCI_LAYER_ZSTD);
            Samples.checkWhole(to);
        }
    }

    @Test
    void push_ofALargeLayer_sendsWhileItIsCompressed() throws Exception {
        var begun = new CopyOnWriteArrayList<Descriptor>();
        var identified = new CopyOnWriteArrayList<Descriptor>();
        var listener =
                new TransferListener() {
                    @Override
                    public void started(Descriptor blob, long done) {
                        begun.add(blob);
                    }

                    @Override
                    public void identified(Descriptor before, Descriptor blob) {
                        identified.add(before);
                        identified.add(blob);
                    }
                };
        var name = Samples.name(name("early:v1"));
        Digest again;
        try (Store from = Store.open(directory.resolve("a"));
                Registries registries =
                        new Registries(Samples.settings(directory, Map.of()), listener)) {
            Descriptor image = Samples.image(from, AMD64, new Random(9), 1_500_000, 1_000);
            var push = new Push(registries, from, Compression.gzip(), false, 100_000);
            push.push(image, name, null);
            Image stored = Image.load(from, image, AMD64);
            Digest diffId = stored.layers().getFirst().diffId();
            Descriptor made = stored.layers().getFirst().remembered(Compression.gzip());
            Digest blob = Objects.requireNonNull(made).digest();
            assertThat(begun).extracting(Descriptor::digest).contains(diffId).doesNotContain(blob);
            assertThat(identified).extracting(Descriptor::digest).containsExactly(diffId, blob);
            again = push.push(image, name, null).target().digest();
        }
        try (Store to = Store.open(directory.resolve("b"));
                Registries registries = Samples.registries(directory)) {
            Pulled pulled = new Pull(registries, to).pull(name, AMD64);
            assertThat(pulled.target().digest()).isEqualTo(again);
            Samples.checkWhole(to);
        }
    }

    @Test
    void push_ofALargeLayerOfNoise_keepsNoSecondCopyOfIt_andKnowsItAllTheSame() throws Exception {
        var name = Samples.name(name("noise:v1"));
        Digest pushed;
        try (Store from = Store.open(directory.resolve("a"));
                Registries registries = Samples.registries(directory);
                TestRegistry other = TestRegistry.plain(directory.resolve("other"))) {
            Descriptor image = Samples.image(from, AMD64, new Random(12), 1_500_000);
            var push = new Push(registries, from, Compression.gzip(), false, 100_000);
            pushed = push.push(image, name, null).target().digest();
            assertThat(Image.load(from, image, AMD64).layers().getFirst().blobs()).isEmpty();

            int before = registry.logSince(0, "PUT /v2/noise/manifests/v1").length();
            assertThat(push.push(image, Samples.name(name("noise:v2")), null).target().digest())
                    .isEqualTo(pushed);
            String put = "PUT /v2/noise/manifests/v2";
            assertThat(registry.logSince(before, put)).contains(put).doesNotContain("uploads");

            var there = Samples.name(other.host() + "/noise:v1");
            assertThat(push.push(image, there, null).target().digest()).isEqualTo(pushed);
            try (Store to = Store.open(directory.resolve("b"))) {
                new Pull(registries, to).pull(there, AMD64);
                Samples.checkWhole(to);
            }
        }
    }

    @Test
    void push_ofALargeLayerThatTheRegistryHas_leavesNoUploadThere() throws Exception {
        var outcomes = new CopyOnWriteArrayList<TransferListener.Outcome>();
        var listener =
                new TransferListener() {
                    @Override
                    public void finished(Descriptor blob, Outcome outcome) {
                        if (blob.size() > 1_000_000) {
                            outcomes.add(outcome);
                        }
                    }
                };
        for (String store : List.of("a", "b")) { // the same layer, made twice
            try (Store from = Store.open(directory.resolve(store));
                    Registries registries =
                            new Registries(Samples.settings(directory, Map.of()), listener)) {
                Descriptor image = Samples.image(from, AMD64, new Random(10), 1_500_000);
                new Push(registries, from, Compression.gzip(), false, 100_000)
                        .push(image, Samples.name(name("present:" + store)), null);
                try (var partial = Files.list(from.home().resolve("partial"))) {
                    assertThat(partial).isEmpty();
                }
            }
        }
        assertThat(outcomes)
                .containsExactly(
                        TransferListener.Outcome.TRANSFERRED, TransferListener.Outcome.PRESENT);
        Path uploads =
                shared.resolve("registry/data/docker/registry/v2/repositories/present/_uploads");
        try (var left = Files.walk(uploads)) {
            assertThat(left).noneMatch(file -> file.endsWith("data"));
        }
    }

    @Test
    void push_inChunks_endsInTheSameBlob() throws Exception {
        try (Registries registries = Samples.registries(directory);
                Store from = Store.open(directory.resolve("a"));
                Store to = Store.open(directory.resolve("b"))) {
            Descriptor image = Samples.image(from, AMD64, new Random(8), 500_000);
            var name = Samples.name(name("chunks:v1"));
            new Push(registries, from, Compression.gzip(), false, 64 << 10).push(image, name, null);

            new Pull(registries, to).pull(name, AMD64);

            Samples.checkWhole(to);
            String sent = "PATCH /v2/chunks/blobs/uploads/";
            assertThat(registry.logSince(0, sent)).contains(sent);
        }
    }

    @Test
    void skopeo_readsWhatWePushed_andWeReadWhatItPushed() throws Exception {
        Tools.need("skopeo");
        try (Registries registries = Samples.registries(directory);
                Store from = Store.open(directory.resolve("a"));
                Store to = Store.open(directory.resolve("b"))) {
            Descriptor amd64 = Samples.image(from, AMD64, new Random(9), 40_000, 200);
            Descriptor arm64 = Samples.image(from, ARM64, new Random(10), 50_000);
            Descriptor index = Samples.index(from, List.of(amd64, arm64));
            Pushed pushed = push(registries, from).push(index, Samples.name(name("ours:v1")), null);

            Tools.run(
                    "skopeo",
                    "copy",
                    "--all",
                    "--src-tls-verify=false",
                    "--dest-tls-verify=false",
                    "docker://" + name("ours:v1"),
                    "docker://" + name("theirs:v1"));
            Tools.run(
                    "skopeo",
                    "copy",
                    "--format=v2s2",
                    "--src-tls-verify=false",
                    "--dest-tls-verify=false",
                    "docker://" + name("ours:v1"),
                    "docker://" + name("docker:v1"));

            Pulled theirs = new Pull(registries, to).pullAll(Samples.name(name("theirs:v1")));
            assertThat(theirs.target().digest()).isEqualTo(pushed.target().digest());
            Pulled docker = new Pull(registries, to).pull(Samples.name(name("docker:v1")), AMD64);
            assertThat(docker.target().mediaType()).isEqualTo(MediaTypes.DOCKER_MANIFEST);
            assertThat(Image.load(to, docker.target(), AMD64).id())
                    .isEqualTo(Image.load(from, amd64, AMD64).id());
            Samples.checkWhole(to);
        }
    }

    @Test
    void manifestWithSubject_isListedThoughTheRegistryKnowsNoReferrers() throws Exception {
        try (Registries registries = Samples.registries(directory);
                Store store = Store.open(directory.resolve("a"))) {
            Descriptor image = Samples.image(store, AMD64, new Random(11), 10);
            var name = Samples.name(name("subject:v1"));
            Descriptor subject = push(registries, store).push(image, name, null).target();
            Repository repository = registries.repository(name);
            for (String note : List.of("first", "second")) {
                RemoteManifest manifest = statement(subject, note);
                var plan = List.of(manifest);
                push(registries, store)
                        .send(
                                repository,
                                List.of(bytes(EMPTY_CONFIG, MediaTypes.OCI_EMPTY)),
                                Set.of());
                Push.put(
                        repository,
                        plan,
                        manifest.descriptor(),
                        manifest.descriptor().digest().toString());
            }

            List<Descriptor> referrers = repository.referrers(subject.digest(), "");

            assertThat(referrers).hasSize(2);
            assertThat(referrers.getFirst().annotations()).containsEntry("note", "first");
            RemoteManifest index =
                    repository.find(Repository.referrersTag(subject.digest())).orElseThrow();
            assertThat(Json.parseObject(index.raw()).objects("manifests").getLast())
                    .satisfies(e -> assertThat(e.text("artifactType")).isEqualTo("test/note"));
        }
    }

    private static final byte[] EMPTY_CONFIG = "{}".getBytes(StandardCharsets.US_ASCII);

    private static BlobSource bytes(byte[] content, String mediaType) {
        return new BlobSource() {
            @Override
            public Descriptor descriptor() {
                return Descriptor.of(mediaType, Digest.sha256(content), content.length);
            }

            @Override
            public java.io.InputStream open(long from) {
                return new java.io.ByteArrayInputStream(
                        content, (int) from, content.length - (int) from);
            }
        };
    }

    private static RemoteManifest statement(Descriptor subject, String note) {
        String digest = Digest.sha256(EMPTY_CONFIG).toString();
        String empty =
                "{\"mediaType\":\""
                        + MediaTypes.OCI_EMPTY
                        + "\",\"digest\":\""
                        + digest
                        + "\",\"size\":2}";
        String json =
                "{\"schemaVersion\":2,\"mediaType\":\""
                        + MediaTypes.OCI_MANIFEST
                        + "\",\"artifactType\":\"test/note\",\"config\":"
                        + empty
                        + ",\"layers\":["
                        + empty
                        + "],\"subject\":{\"mediaType\":\""
                        + subject.mediaType()
                        + "\",\"digest\":\""
                        + subject.digest()
                        + "\",\"size\":"
                        + subject.size()
                        + "},\"annotations\":{\"note\":\""
                        + note
                        + "\"}}";
        byte[] raw = json.getBytes(StandardCharsets.UTF_8);
        return new RemoteManifest(
                Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.sha256(raw), raw.length), raw);
    }

    @Test
    void tags_areAllListed_andDeleted() throws Exception {
        try (Registries registries = Samples.registries(directory);
                Store store = Store.open(directory.resolve("a"))) {
            Descriptor image = Samples.image(store, AMD64, new Random(12), 10);
            Digest digest = Digest.sha256(new byte[0]);
            for (String tag : List.of("v1", "v2", "v10")) {
                digest =
                        push(registries, store)
                                .push(image, Samples.name(name("tags:" + tag)), null)
                                .target()
                                .digest();
            }
            Repository repository = registries.repository(Samples.name(name("tags")));
            assertThat(repository.tags()).containsExactlyInAnyOrder("v1", "v2", "v10");

            assertThat(repository.delete(digest.toString())).isTrue();

            assertThat(repository.head("v1")).isEmpty();
            assertThat(repository.delete(digest.toString())).isFalse();
        }
    }
}
