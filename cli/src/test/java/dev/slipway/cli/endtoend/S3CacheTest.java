package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.distribution.BlobSource;
import dev.slipway.distribution.storage.S3Settings;
import dev.slipway.distribution.storage.S3Storage;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Json;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/// `type=s3` against a real S3 server.
class S3CacheTest {
    private static final Map<String, String> USER =
            Map.of(
                    "AWS_ACCESS_KEY_ID", S3Server.KEY_ID,
                    "AWS_SECRET_ACCESS_KEY", S3Server.SECRET);
    private static S3Server server;

    @TempDir private Path work;
    private Path context;

    @BeforeAll
    static void start() throws Exception {
        server = new S3Server();
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    @BeforeEach
    void emptyBucket() throws IOException {
        server.keys().forEach(server::remove);
        context = Files.createDirectories(work.resolve("context"));
        Files.writeString(context.resolve("file"), "content\n");
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nCOPY file /\nCOPY file /more\n");
    }

    private Tool.Outcome build(String store, Map<String, String> user, String... flags) {
        List<String> line = new ArrayList<>(List.of("build", "--progress=plain"));
        line.addAll(List.of(flags));
        line.add(context.toString());
        Slipway slipway = new Slipway(work.resolve(store), user);
        return slipway.outcome(line.toArray(String[]::new));
    }

    @Test
    void layout_isBuildKits_underEachName() throws Exception {
        build("a", USER, "--cache-to", server.fields("main;v1"));

        List<String> keys = server.keys();
        assertThat(keys).contains("team/manifests/main", "team/manifests/v1");
        Json.Obj config = Json.parseObject(server.read("team/manifests/main"));
        Json.Obj layer = config.objects("layers").getFirst();
        String blob = layer.requiredText("blob");
        assertThat(keys).contains("team/blobs/" + blob);
        assertThat(Digest.sha256(server.read("team/blobs/" + blob))).hasToString(blob);
        assertThat(Objects.requireNonNull(layer.object("annotations")).members())
                .containsKeys("mediaType", "diffID", "size", "createdAt");
        assertThat(config.objects("records")).hasSize(2);
        assertThat(build("b", USER, "--cache-from", server.fields("v1")).output())
                .contains("0 steps done");
    }

    @Test
    void credentials_comeFromTheFieldsOrTheProfile_andAreNeverShown() throws Exception {
        Files.createDirectories(work.resolve(".aws"));
        Files.writeString(
                work.resolve(".aws/credentials"),
                """
                [default]
                aws_access_key_id = AKIDOTHER
                aws_secret_access_key = other
                [ci]
                aws_access_key_id = %s
                # the key of the robot
                aws_secret_access_key = %s
                """
                        .formatted(S3Server.KEY_ID, S3Server.SECRET));
        Map<String, String> robot = Map.of("HOME", work.toString(), "AWS_PROFILE", "ci");
        Tool.Outcome made = build("a", robot, "--cache-to", server.fields("main"));
        assertThat(made.output()).doesNotContain("WARNING").doesNotContain(S3Server.SECRET);

        String fields =
                ",access_key_id=" + S3Server.KEY_ID + ",secret_access_key=" + S3Server.SECRET;
        Tool.Outcome found = build("b", Map.of(), "--cache-from", server.fields("main") + fields);
        assertThat(found.output()).contains("0 steps done").doesNotContain(S3Server.SECRET);
        for (String store : List.of("a", "b")) {
            try (var files = Files.walk(work.resolve(store))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                            .as(file.toString())
                            .doesNotContain(S3Server.SECRET);
                }
            }
        }
    }

    @Test
    void anythingWrong_isAWarningThatSaysWhat() {
        Map<String, String> stranger =
                Map.of("AWS_ACCESS_KEY_ID", S3Server.KEY_ID, "AWS_SECRET_ACCESS_KEY", "wrong");
        warns(build("a", stranger, "--cache-from", server.fields("x")), "SignatureDoesNotMatch");
        warns(build("b", stranger, "--cache-to", server.fields("x")), "was refused");
        warns(build("c", Map.of(), "--cache-to", server.fields("x")), "no credentials for S3");
        warns(build("d", USER, "--cache-from", server.fields("never")), "is not there yet");
        warns(
                build(
                        "e",
                        USER,
                        "--cache-from",
                        server.fields("x").replace("bucket=", "bucket=no-such-")),
                "NoSuchBucket");
        Tool.Outcome must =
                build("f", stranger, "--cache-to", server.fields("x") + ",ignore-error=false");
        assertThat(must.code()).isEqualTo(1);
        assertThat(must.output()).contains("error: a cache was not written: s3://build-cache/");
    }

    private static void warns(Tool.Outcome outcome, String what) {
        assertThat(outcome.code()).as(outcome.output()).isZero();
        assertThat(outcome.output())
                .contains("WARNING: ")
                .contains(what)
                .contains("Built ")
                .doesNotContain(S3Server.SECRET);
    }

    @Test
    void objectThatExpiredOrIsDamaged_isAMiss() throws Exception {
        build("a", USER, "--cache-to", server.fields("main"));
        Json.Obj config = Json.parseObject(server.read("team/manifests/main"));
        // The upper of two layers: the lower step is still found.
        String key = "team/blobs/" + config.objects("layers").getLast().requiredText("blob");
        byte[] blob = server.read(key);
        byte[] damaged = blob.clone();
        damaged[blob.length / 2] ^= 1;
        server.write(key, damaged);
        Tool.Outcome outcome = build("b", USER, "--cache-from", server.fields("main"));
        warns(outcome, "is done anew");
        assertThat(outcome.output()).contains("1 step done, 1 from the cache");
        server.remove(key);
        warns(build("c", USER, "--cache-from", server.fields("main")), "NoSuchKey");

        server.write("team/manifests/main", "no JSON".getBytes(StandardCharsets.UTF_8));
        warns(build("d", USER, "--cache-from", server.fields("main")), "is not used");
    }

    private S3Storage storage(Duration touchRefresh) throws IOException {
        return S3Storage.open(
                new S3Settings(
                        S3Server.BUCKET,
                        "eu-central-1",
                        "",
                        "blobs/",
                        "manifests/",
                        List.of("x"),
                        URI.create(server.endpoint()),
                        true,
                        null,
                        null,
                        null,
                        touchRefresh,
                        2),
                USER,
                InstantSource.system());
    }

    @Test
    void largeBlob_goesInParts_andComesBackWhole() throws Exception {
        byte[] content = new byte[(65 << 20) + 1];
        new Random(1).nextBytes(content);
        BlobSource source = source(content);
        Descriptor blob = source.descriptor();
        try (S3Storage storage = storage(Duration.ofHours(24))) {
            assertThat(storage.has(blob.digest())).isFalse();
            storage.put(source);
            assertThat(storage.has(blob.digest())).isTrue();
            try (InputStream in = storage.open(blob)) {
                assertThat(Digest.sha256(in.readAllBytes())).isEqualTo(blob.digest());
            }
        }
    }

    @Test
    void oldObject_isTouchedWhenItIsOfUse() throws Exception {
        byte[] content = "still of use".getBytes(StandardCharsets.UTF_8);
        BlobSource source = source(content);
        Digest digest = source.descriptor().digest();
        try (S3Storage storage = storage(Duration.ZERO)) {
            storage.put(source);
            assertThat(server.metadata("blobs/" + digest)).isEmpty();
            assertThat(storage.has(digest)).isTrue();
            assertThat(server.metadata("blobs/" + digest)).containsKey("updated-at");
            assertThat(server.read("blobs/" + digest)).isEqualTo(content);
        }
    }

    @Test
    void blobThatIsNotWhatItSays_isRefusedByTheServer() throws Exception {
        byte[] content = "content".getBytes(StandardCharsets.UTF_8);
        Descriptor other =
                Descriptor.of("application/x", Digest.sha256(new byte[1]), content.length);
        BlobSource lying = source(content, other);
        try (S3Storage storage = storage(Duration.ofHours(24))) {
            assertThatThrownBy(() -> storage.put(lying)).hasMessageContaining("was refused");
            assertThat(storage.has(other.digest())).isFalse();
        }
    }

    private static BlobSource source(byte[] content) {
        return source(
                content, Descriptor.of("application/x", Digest.sha256(content), content.length));
    }

    private static BlobSource source(byte[] content, Descriptor descriptor) {
        return new BlobSource() {
            @Override
            public Descriptor descriptor() {
                return descriptor;
            }

            @Override
            public InputStream open(long from) {
                return new ByteArrayInputStream(content, (int) from, content.length - (int) from);
            }
        };
    }
}
