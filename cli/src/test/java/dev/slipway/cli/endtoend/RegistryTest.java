package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Builds and runs that live on a registry, as a user would do them: Debian's docker-registry.
class RegistryTest {
    @TempDir private static Path shared;
    private static LocalRegistry registry;
    private static String host;

    @TempDir private Path work;

    @BeforeAll
    static void start() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("busybox"), "busybox (Debian: busybox-static)");
        registry = LocalRegistry.start(shared);
        host = registry.host();
        Slipway maker = new Slipway(shared.resolve("maker"));
        maker.importBusybox(shared.resolve("busybox"));
        maker.run("push", "base", host + "/base:1");
    }

    @AfterAll
    static void stop() throws Exception {
        if (registry != null) {
            registry.close();
        }
    }

    private Path context() throws IOException {
        Path context = Files.createDirectories(work.resolve("context"));
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM %1$s/base:1 AS tool
                RUN busybox date +%%N > /made
                FROM %1$s/base:1
                COPY --from=tool /made /made
                RUN busybox date +%%N > /when
                LABEL a=b
                """
                        .formatted(host));
        return context;
    }

    @Test
    void lint_asksForTheConfigurationOfABase() throws Exception {
        Slipway slipway = new Slipway(work.resolve("home"));
        Path file =
                Files.writeString(
                        work.resolve("Dockerfile"), "FROM " + host + "/base:1\nUSER nosuch\n");
        String alone = slipway.outcome("lint", file.toString()).output();
        String asked = slipway.outcome("lint", "--bases=registry", file.toString()).output();
        assertThat(alone).doesNotContain("Not all is known");
        assertThat(asked)
                .contains("Not all is known of " + host + "/base:1: only its configuration was")
                .doesNotContain("unknown-user");
        Files.writeString(file, "FROM " + host + "/base:1\n");
        assertThat(slipway.outcome("lint", file.toString()).output())
                .doesNotContain("runs-as-root-by-default");
        assertThat(slipway.outcome("lint", "--bases=registry", file.toString()).output())
                .contains("runs-as-root-by-default");
        assertThat(work.resolve("home/blobs")).as("nothing is kept").doesNotExist();
    }

    @Test
    void secondMachine_withTheRegistrysCache_runsNothing() throws Exception {
        String context = context().toString();
        String cache = "type=registry,ref=" + host + "/cache:main,mode=max";
        Slipway first = new Slipway(work.resolve("first"));
        String made =
                first.run("build", "--progress=plain", "--cache-to", cache, "-t", "a", context);
        assertThat(made).contains("3 steps done, 0 from the cache");

        Slipway second = new Slipway(work.resolve("second"));
        String found =
                second.run(
                        "build",
                        "--progress=plain",
                        "--cache-from",
                        host + "/cache:main",
                        "-t",
                        "a",
                        context);

        assertThat(found).contains("0 steps done");
        assertThat(second.run("images", "-q", "--no-trunc", "a"))
                .isEqualTo(first.run("images", "-q", "--no-trunc", "a"));
        assertThat(second.run("run", "a", "cat", "/when"))
                .isEqualTo(first.run("run", "a", "cat", "/when"));
    }

    @Test
    void cacheThatIsMissingOrBroken_isAWarning() throws Exception {
        String context = context().toString();
        Slipway slipway = new Slipway(work.resolve("home"));
        String output =
                slipway.run(
                        "build",
                        "--progress=plain",
                        "--cache-from",
                        host + "/cache:never",
                        "--cache-from",
                        host + "/base:1",
                        "--cache-from",
                        "type=local,src=" + work.resolve("nowhere"),
                        "--cache-from",
                        "localhost:1/cache",
                        "--cache-to",
                        "localhost:1/cache",
                        context);
        assertThat(output)
                .contains("the cache " + host + "/cache:never is not there yet")
                .contains("the cache " + host + "/base:1 has no records of this tool")
                .contains("a cache was not written: ")
                .contains("3 steps done");
    }

    @Test
    void localCache_servesAnotherStore() throws Exception {
        String context = context().toString();
        String directory = work.resolve("cache").toString();
        new Slipway(work.resolve("first"))
                .run("build", "--cache-to", "type=local,dest=" + directory, "-t", "a", context);
        String found =
                new Slipway(work.resolve("second"))
                        .run(
                                "build",
                                "--progress=plain",
                                "--cache-from",
                                "type=local,src=" + directory,
                                "-t",
                                "a",
                                context);
        assertThat(found).contains("0 steps done");
    }

    @Test
    void builtAndPushed_isPulledByRun() throws Exception {
        String name = host + "/app:1";
        String pushed =
                new Slipway(work.resolve("first"))
                        .run(
                                "build",
                                "--progress=plain",
                                "--push",
                                "-t",
                                name,
                                context().toString());
        assertThat(pushed).contains("pushing " + name);
        Slipway second = new Slipway(work.resolve("second"));
        assertThat(second.run("run", name, "echo", "hello")).endsWith("hello\n");
        assertThat(second.outcome("run", "--pull=never", host + "/base:1", "true").output())
                .contains("No such image");
        assertThat(second.run("run", "--pull=always", name, "echo", "again")).endsWith("again\n");
    }

    @Test
    void baseThatIsNowhere_isNamedWithItsPlace() throws Exception {
        Path context = Files.createDirectories(work.resolve("c"));
        Files.writeString(context.resolve("Dockerfile"), "FROM " + host + "/no/such:1\nRUN true\n");
        Slipway slipway = new Slipway(work.resolve("home"));
        Tool.Outcome outcome = slipway.outcome("build", context.toString());
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output())
                .contains("error: there is no image " + host + "/no/such:1 in " + host)
                .contains("Dockerfile:1");
        assertThat(slipway.outcome("build", "--pull=never", context.toString()).output())
                .contains("looked in the store");
        slipway.importBusybox(work.resolve("busybox"));
        slipway.run("tag", "base", host + "/no/such:1");
        assertThat(slipway.outcome("build", "--pull=always", context.toString()).output())
                .contains("error: ")
                .doesNotContain("Did you mean");
    }

    @Test
    void copies_betweenRegistryArchiveAndStore_keepTheDigest() throws Exception {
        Slipway slipway = new Slipway(work.resolve("home"));
        String digest = slipway.run("digest", host + "/base:1").strip();
        String archive = "oci-archive:" + work.resolve("base.tar");
        assertThat(slipway.run("copy", "-q", host + "/base:1", archive).strip()).isEqualTo(digest);
        assertThat(slipway.run("copy", "-q", archive, host + "/copied:v1.10").strip())
                .isEqualTo(digest);
        assertThat(slipway.run("images", "-q")).isEmpty();
        assertThat(slipway.run("copy", "-q", host + "/copied:v1.10", host + "/copied:v1.9").strip())
                .isEqualTo(digest);
        assertThat(slipway.run("tags", "ls", host + "/copied")).isEqualTo("v1.9\nv1.10\n");
        assertThat(slipway.run("copy", "-q", host + "/base:1", "store:mine").strip())
                .isEqualTo(digest);
        assertThat(slipway.run("run", "mine", "echo", "ran")).isEqualTo("ran\n");
        assertThat(slipway.run("images", "--format", "{{.Repository}}")).isEqualTo("mine\n");
        slipway.run("tag", "mine", host + "/base:1");
        slipway.run("copy", "-q", host + "/base:1", "store:" + host + "/base:1");
        assertThat(slipway.run("images", "--format", "{{.Repository}}")).contains(host + "/base");
    }

    /// A RUN that asks a server and waits for its answer.
    private Path waiting(HttpServer server, String... first) throws IOException {
        server.start();
        Path context = Files.createDirectories(work.resolve("waiting"));
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM base\n"
                        + String.join("\n", first)
                        + "\nRUN busybox wget -q -O /answer http://127.0.0.1:"
                        + server.getAddress().getPort()
                        + "/\n");
        return context;
    }

    private static HttpServer server() throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @Test
    void layersOfABuildThatIsPushed_areSentWhileLaterStepsRun() throws Exception {
        Path layers = shared.resolve("data/docker/registry/v2/repositories/early/_layers/sha256");
        HttpServer server = server();
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        boolean there = false;
                        for (int i = 0; i < 1000 && !there; i++) {
                            String[] names = layers.toFile().list();
                            there = names != null && names.length >= 2;
                            LockSupport.parkNanos(20_000_000);
                        }
                        exchange.sendResponseHeaders(there ? 200 : 500, -1);
                    }
                });
        Slipway slipway = new Slipway(work.resolve("home"));
        slipway.importBusybox(work.resolve("busybox"));
        try {
            Path context = waiting(server, "RUN echo made > /made");
            slipway.run("build", "--push", "-t", host + "/early:1", context.toString());
        } finally {
            server.stop(0);
        }
        Slipway other = new Slipway(work.resolve("other"));
        assertThat(other.run("run", host + "/early:1", "cat", "/made")).endsWith("made\n");
    }

    @Test
    void buildThatFails_pushesNoName() throws Exception {
        Slipway slipway = new Slipway(work.resolve("home"));
        slipway.importBusybox(work.resolve("busybox"));
        Path context = Files.createDirectories(work.resolve("failing"));
        Files.writeString(context.resolve("Dockerfile"), "FROM base\nRUN echo a > /a\nRUN false\n");
        Tool.Outcome outcome =
                slipway.outcome("build", "--push", "-t", host + "/fails:1", context.toString());
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(slipway.outcome("digest", host + "/fails:1").code()).isEqualTo(1);
    }

    @Test
    void whoMayNotPush_learnsItBeforeTheFirstStep() throws Exception {
        HttpServer refusing = server();
        refusing.createContext(
                "/v2/",
                exchange -> {
                    try (exchange) {
                        boolean ping = exchange.getRequestURI().getPath().equals("/v2/");
                        exchange.sendResponseHeaders(ping ? 200 : 403, -1);
                    }
                });
        refusing.start();
        var asked = new AtomicInteger();
        HttpServer step = server();
        step.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        asked.incrementAndGet();
                        exchange.sendResponseHeaders(200, -1);
                    }
                });
        Slipway slipway = new Slipway(work.resolve("home"));
        slipway.importBusybox(work.resolve("busybox"));
        try {
            String context = waiting(step).toString();
            String name = "localhost:" + refusing.getAddress().getPort() + "/app:1";
            Tool.Outcome outcome = slipway.outcome("build", "--push", "-t", name, context);
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.output())
                    .contains("error: nothing was built: cannot push a blob to localhost:")
                    .contains("slipway login");
            assertThat(asked).hasValue(0);
        } finally {
            refusing.stop(0);
            step.stop(0);
        }
    }

    /// Debian's registry deletes no tag, and this one nothing at all.
    @Test
    void deletionOfATag_whereOnlyImagesCanBeDeleted_namesTheFlag() throws Exception {
        Slipway slipway = new Slipway(work.resolve("home"));
        Tool.Outcome outcome = slipway.outcome("delete", host + "/base:1");
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.output()).contains("hint: ").contains("--by-digest");
    }

    @Test
    void dockerd_readsWhatWePushed_andWeReadWhatItPushed() throws Exception {
        Tool.need(DockerDaemon.available(), "dockerd");
        Slipway slipway = new Slipway(work.resolve("home"));
        try (DockerDaemon docker = DockerDaemon.start(work)) {
            Tool.Outcome pulled = docker.docker("pull", host + "/base:1");
            assertThat(pulled.code()).as(pulled.output()).isZero();
            docker.docker("tag", host + "/base:1", host + "/docker:1");
            Tool.Outcome pushed = docker.docker("push", host + "/docker:1");
            assertThat(pushed.code()).as(pushed.output()).isZero();
        }
        assertThat(slipway.run("run", host + "/docker:1", "echo", "from docker"))
                .endsWith("from docker\n");
    }
}
