package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.build.bake.BakeDefinition;
import dev.slipway.build.bake.BakeEnvironment;
import dev.slipway.build.bake.BakeException;
import dev.slipway.build.bake.BakeFiles;
import dev.slipway.build.bake.BakePermissions;
import dev.slipway.build.bake.BakePlan;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/// Bake files from git and the web, fetched from a real git server.
class RemoteBakeTest {
    @TempDir Path directory;
    private Bench bench;
    private WebServer web;
    private Path here;

    @BeforeEach
    void open() throws Exception {
        bench = Bench.in(directory);
        here = Files.createDirectory(directory.resolve("here"));
        var git = new GitFixture(directory, "repo");
        web = WebServer.start().git(git.served);
        git.file(
                "docker-bake.hcl",
                """
                target "default" { contexts = { lib = "lib", own = "cwd://sub", img = "docker-image://x" } }
                target "app" {
                  context = "app/../app"
                  dockerfile = "Other"
                }
                target "mine" {
                  context = BAKE_CMD_CONTEXT
                  dockerfile = "cwd://Mine"
                }
                target "up" { context = "../../etc" }
                """);
        git.file("Dockerfile", "FROM scratch\nCOPY --from=lib f /lib\nCOPY --from=own f /own\n");
        git.file("app/Other", "FROM scratch\nCOPY a /\n").file("app/a", "of the repository");
        git.file("app/ci.hcl", "target \"default\" { context = \"sub\" }\n");
        git.file("lib/f", "lib").file("app/sub/Dockerfile", "FROM scratch\n");
        git.link("outside.hcl", here.resolve("local.hcl").toString());
        git.commit();
        Files.writeString(here.resolve("local.hcl"), "target \"app\" { args = { X = \"1\" } }\n");
    }

    @AfterEach
    void close() throws Exception {
        web.close();
        bench.close();
    }

    private String address() {
        return web.address() + "/git/repo.git";
    }

    private BakePlan plan(String address, List<String> names, String... targets) throws Exception {
        try (var files =
                RemoteFiles.fetch(
                        bench.store(),
                        BuildRequest.ofRemote(address).build(),
                        BakeFiles.MAX_BYTES)) {
            var sources = BakeFiles.read(names, files, here, InputStream.nullInputStream());
            var environment =
                    new BakeEnvironment(Map.of(), Map.of(), here, Clock.systemUTC(), "linux/amd64");
            var plan = BakeDefinition.parse(sources, environment).plan(List.of(targets), List.of());
            return files.isRepository() ? plan.in(address) : plan;
        }
    }

    @Test
    void contexts_areDirectoriesOfTheRepository() throws Exception {
        var plan = plan(address() + "#main", List.of(), "default", "app", "mine");
        var whole = plan.targets().get("default");
        assertThat(whole.context()).isEqualTo(address() + "#main");
        assertThat(whole.namedContexts())
                .containsEntry("lib", address() + "#main:lib")
                .containsEntry("own", "sub")
                .containsEntry("img", "docker-image://x");
        assertThat(plan.targets().get("app").arguments())
                .contains("--file=Other", address() + "#main:app");
        var mine = plan.targets().get("mine");
        assertThat(mine.context()).isEqualTo(".");
        assertThat(mine.dockerfile()).isEqualTo("Mine");
        BakePermissions.parse(List.of(), here).check(plan);
    }

    @Test
    void build_takesFilesOfBothPlaces() throws Exception {
        var app = plan(address(), List.of("docker-bake.hcl"), "app").targets().get("app");
        var result =
                Builder.build(
                        bench.store(),
                        BuildRequest.ofRemote(app.context())
                                .dockerfileInContext(String.valueOf(app.dockerfile()))
                                .build());
        assertThat(bench.text(result, "a")).isEqualTo("of the repository");

        var own = Files.createDirectory(here.resolve("sub"));
        Files.writeString(own.resolve("f"), "of this directory");
        var whole = plan(address(), List.of(), "default").targets().get("default");
        var request = BuildRequest.ofRemote(whole.context());
        whole.namedContexts()
                .forEach((name, from) ->
                        request.namedContext(name, name.equals("own") ? own.toString() : from));
        var both = Builder.build(bench.store(), request.build());
        assertThat(bench.text(both, "lib")).isEqualTo("lib");
        assertThat(bench.text(both, "own")).isEqualTo("of this directory");
    }

    @Test
    void directoryOfTheAddress_isWhereFilesAndContextsAre() throws Exception {
        var plan = plan(address() + "#main:app", List.of("ci.hcl"), "default");
        assertThat(plan.targets().get("default").context()).isEqualTo(address() + "#main:app/sub");
    }

    @Test
    void nothingLeadsOutOfTheRepository() throws Exception {
        var up = plan(address(), List.of(), "up").targets().get("up");
        assertThat(up.context()).isEqualTo(address() + "#:etc");
        assertThatExceptionOfType(BakeException.class)
                .isThrownBy(() -> plan(address(), List.of("outside.hcl"), "app"))
                .withMessage("there is no outside.hcl in the repository");
        assertThatExceptionOfType(BakeException.class)
                .isThrownBy(() -> plan(address(), List.of("../here/local.hcl"), "app"))
                .withMessage("there is no ../here/local.hcl in the repository")
                .satisfies(e -> assertThat(e.hint()).contains("-f cwd://../here/local.hcl"));
    }

    @Test
    void localFiles_comeWithCwd() throws Exception {
        var plan = plan(address(), List.of("docker-bake.hcl", "cwd://local.hcl"), "app");
        assertThat(plan.targets().get("app").arguments()).contains("--build-arg=X=1");
    }

    @Test
    void fileOnTheWeb_hasTheContextsOfThisDirectory() throws Exception {
        web.bytes(
                "/b/docker-bake.hcl",
                "target \"app\" { context = \"app\" }\n"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        var plan = plan(web.address() + "/b/docker-bake.hcl?x=1", List.of(), "app");
        assertThat(plan.targets().get("app").context()).isEqualTo("app");
        assertThatExceptionOfType(BakeException.class)
                .isThrownBy(
                        () -> plan(web.address() + "/b/docker-bake.hcl", List.of("x.hcl"), "app"))
                .withMessageContaining("the address is that of a single file");
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/r.git, ., https://h/r.git",
        "https://h/r.git, a/./b, https://h/r.git#:a/b",
        "https://u:p@h/r.git#v1, a, https://u:p@h/r.git#v1:a",
        "https://h/r.git#v1:d, a, https://h/r.git#v1:d/a",
        "https://h/r.git#v1:d, ../a, https://h/r.git#v1:d/a",
        "https://h/r.git?branch=b&submodules=false, a, https://h/r.git?ref=refs/heads/b&subdir=a&submodules=false",
        "https://h/r.git##ref=b%26c, a%b, https://h/r.git#b%26c:a%25b",
        "git@h:r, a, git@h:r#:a"
    })
    void directoryOf_keepsWhatTheAddressSays(String address, String path, String directory)
            throws Exception {
        assertThat(RemoteFiles.directoryOf(address, path)).isEqualTo(directory);
    }
}
