package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.distribution.BlobSource;
import dev.slipway.distribution.storage.ActionsSettings;
import dev.slipway.distribution.storage.ActionsStorage;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Json;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// `type=gha` against a server that speaks the protocol, and only that.
class ActionsCacheTest {
    private static final String MAIN = "refs/heads/main";
    private static final String TOKEN = ActionsServer.token(MAIN, "3");
    private static ActionsServer server;

    @TempDir private Path work;
    private Path context;

    @BeforeAll
    static void start() throws Exception {
        server = new ActionsServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void emptyCache() throws Exception {
        server.clear();
        context = Files.createDirectories(work.resolve("context"));
        Files.writeString(context.resolve("file"), "content ".repeat(1000) + "\n");
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nCOPY file /\nCOPY file /more\n");
    }

    @AfterEach
    void serverHadNothingToComplainOf() {
        assertThat(server.complaints()).isEmpty();
    }

    private Tool.Outcome build(String store, Map<String, String> job, String... flags) {
        List<String> line = new ArrayList<>(List.of("build", "--progress=plain"));
        line.addAll(List.of(flags));
        line.add(context.toString());
        return new Slipway(work.resolve(store), job).outcome(line.toArray(String[]::new));
    }

    private static void warns(Tool.Outcome outcome, String what) {
        assertThat(outcome.code()).as(outcome.output()).isZero();
        assertThat(outcome.output()).contains("WARNING: ").contains(what).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void layout_isBuildKits_andIndexesAreNumbered(int version) throws Exception {
        Map<String, String> job = server.job(version, TOKEN);
        build("a", job, "--cache-to", "type=gha,scope=app");
        build("a", job, "--cache-to", "type=gha,scope=app");

        String index =
                "index-app-1-"
                        + Digest.sha256(MAIN.getBytes(StandardCharsets.UTF_8))
                                .hex()
                                .substring(0, 8);
        assertThat(server.keys()).contains(index + "#1", index + "#2").hasSize(5);
        Json.Obj config = Json.parseObject(server.content(index + "#2"));
        for (Json.Obj layer : config.objects("layers")) {
            String blob = layer.requiredText("blob");
            assertThat(Digest.sha256(server.content("buildkit-blob-1-" + blob))).hasToString(blob);
        }
        Tool.Outcome found = build("b", job, "--cache-from", "type=gha,scope=app");
        assertThat(found.output()).contains("0 steps done").doesNotContain("WARNING");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void brokenDownload_goesOnWhereItStopped(int version) throws Exception {
        byte[] random = new byte[100_000];
        new Random(2).nextBytes(random);
        Files.write(context.resolve("file"), random);
        Map<String, String> job = server.job(version, TOKEN);
        build("a", job, "--cache-to", "type=gha");
        try (ActionsStorage storage = storage(version)) {
            String blob =
                    Json.parseObject(storage.indexes(1 << 20).getFirst())
                            .objects("layers")
                            .getFirst()
                            .requiredText("blob");
            byte[] content = server.content("buildkit-blob-1-" + blob);
            server.cutNextDownload();
            Descriptor descriptor =
                    Descriptor.of("application/x", Digest.parse(blob), content.length);
            try (InputStream in = storage.open(descriptor)) {
                assertThat(in.readAllBytes()).isEqualTo(content);
            }
        }
        assertThat(server.ranges()).isEqualTo(1);
    }

    private ActionsStorage storage(int version) throws Exception {
        return ActionsStorage.open(
                new ActionsSettings("buildkit", null, null, null, version, Duration.ofMinutes(1)),
                server.job(version, TOKEN));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void largeBlob_goesInParts(int version) throws Exception {
        byte[] content = new byte[(64 << 20) + 1];
        new Random(1).nextBytes(content);
        BlobSource source = BlobSource.of(content);
        Digest digest = source.descriptor().digest();
        try (ActionsStorage storage = storage(version)) {
            assertThat(storage.has(digest)).isFalse();
            storage.put(source);
            assertThat(storage.has(digest)).isTrue();
            try (InputStream in = storage.open(source.descriptor())) {
                assertThat(Digest.sha256(in.readAllBytes())).isEqualTo(digest);
            }
        }
    }

    @Test
    void branch_readsTheCacheOfItsBase_andWritesItsOwn() {
        build("a", server.job(2, TOKEN), "--cache-to", "type=gha");
        String token = ActionsServer.token("refs/heads/work", "3", MAIN, "1");
        Tool.Outcome found =
                build(
                        "b",
                        server.job(2, token),
                        "--cache-from",
                        "type=gha",
                        "--cache-to",
                        "type=gha");
        assertThat(found.output()).contains("0 steps done").doesNotContain("WARNING");
        assertThat(server.keys()).filteredOn(key -> key.startsWith("index-")).hasSize(2);

        String readOnly = ActionsServer.token(MAIN, "1");
        warns(
                build("c", server.job(2, readOnly), "--cache-to", "type=gha"),
                "may read caches, but not write them");
    }

    @Test
    void outsideOfActions_isOneWarningThatNamesTheVariables() {
        Tool.Outcome outcome = build("a", Map.of(), "--cache-from", "type=gha");
        warns(outcome, "ACTIONS_RUNTIME_TOKEN and ACTIONS_RESULTS_URL are not set");
        assertThat(outcome.output().split("WARNING", -1)).hasSize(2);
    }

    @Test
    void anythingWrong_isAWarning() {
        warns(build("a", server.job(2, "other"), "--cache-from", "type=gha"), "not valid");
        warns(build("b", server.job(1, "other"), "--cache-to", "type=gha"), "status 401");
        warns(build("c", server.job(2, TOKEN), "--cache-from", "type=gha"), "not there yet");
        build("d", server.job(2, TOKEN), "--cache-to", "type=gha");
        for (String key : server.keys()) {
            if (key.startsWith("buildkit-blob-")) {
                server.replace(key, "damaged".getBytes(StandardCharsets.UTF_8));
            }
        }
        warns(build("e", server.job(2, TOKEN), "--cache-from", "type=gha"), "is not used");
    }
}
