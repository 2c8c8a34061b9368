package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `slipway tags`, in this process.
class TagsCommandTest {
    private static final Map<String, String> RELEASE =
            Map.of(
                    "GITLAB_CI", "true",
                    "CI_COMMIT_TAG", "v1.2.3",
                    "CI_COMMIT_SHA", "0123456789abcdef",
                    "CI_COMMIT_TIMESTAMP", "2026-01-02T03:04:05+01:00",
                    "CI_PROJECT_NAME", "app",
                    "CI_PROJECT_URL", "https://host/me/app");

    @TempDir Path directory;

    private Invocation tags(String... args) {
        List<String> words = new ArrayList<>(List.of("tags", "-C", directory.toString()));
        words.addAll(List.of("-r", "type=semver,pattern={{version}}"));
        words.addAll(List.of("-r", "type=semver,pattern={{major}}.{{minor}}"));
        words.addAll(List.of(args));
        return slipway(words.toArray(String[]::new));
    }

    private Invocation slipway(String... args) {
        Map<String, String> env = new HashMap<>(RELEASE);
        env.put("SLIPWAY_HOME", directory.resolve("home").toString());
        return Invocation.with(env, "", args);
    }

    @Test
    void tags_ofARelease_areALineEach() {
        assertThat(tags("acme/App", "host/app").out())
                .isEqualTo(
                        """
                        acme/app:1.2.3
                        acme/app:1.2
                        acme/app:latest
                        host/app:1.2.3
                        host/app:1.2
                        host/app:latest
                        """);
        assertThat(tags("--sep-tags", ",", "a/b").out())
                .isEqualTo("a/b:1.2.3,a/b:1.2,a/b:latest\n");
    }

    @Test
    void tags_whereThereAreNone_areNoLine_butAWarning() {
        Invocation none =
                Invocation.with(
                        Map.of("SLIPWAY_HOME", directory.resolve("home").toString()),
                        "",
                        "tags",
                        "-C",
                        directory.toString(),
                        "a/b");
        assertThat(none.code()).isZero();
        assertThat(none.out()).isEmpty();
        assertThat(none.err()).contains("no rule gives a tag here");
    }

    @Test
    void json_hasLabelsDatedByTheCommit() {
        assertThat(tags("--format", "json", "--label", "team=x", "a/b").out())
                .contains(
                        "\"org.opencontainers.image.created\": \"2026-01-02T02:04:05.000Z\"",
                        "\"org.opencontainers.image.version\": \"1.2.3\"",
                        "\"org.opencontainers.image.source\": \"https://host/me/app\"",
                        "\"team\": \"x\"",
                        "\"manifest:org.opencontainers.image.revision=0123456789abcdef\"");
    }

    @Test
    void bakeFile_isReadByBake() throws Exception {
        Path file = directory.resolve("tags.json");
        Files.writeString(file, tags("--format", "bake", "a/b").out());
        Path bake = directory.resolve("app.hcl");
        Files.writeString(bake, "target \"app\" { inherits = [\"docker-metadata-action\"] }");
        Invocation printed =
                slipway("bake", "-f", bake.toString(), "-f", file.toString(), "--print", "app");
        assertThat(printed.out())
                .contains("\"a/b:1.2.3\"", "\"DOCKER_META_VERSION\": \"1.2.3\"", "\"labels\": {");
    }

    @Test
    void dryRun_comparesWithTheStore() throws Exception {
        Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\nLABEL a=b\n");
        String context = directory.toString();
        assertThat(slipway("build", "-q", "-t", "a/b:1.3.0", "-t", "a/b:1.2.3", context).code())
                .isZero();
        Invocation unknown = tags("--dry-run", "--against=store", "a/b");
        assertThat(unknown.code()).isZero();
        assertThat(unknown.out())
                .containsPattern("a/b:1.2.3 +keep +it is there")
                .containsPattern("a/b:1.2 +create ")
                .containsPattern("a/b:latest +hold +1.3.0 is newer");
        Invocation other =
                tags("--dry-run", "--against=store", "--digest", "sha256:" + "0".repeat(64), "a/b");
        assertThat(other.code()).isEqualTo(3);
        assertThat(other.out()).containsPattern("a/b:1.2.3 +refuse +it is another image: sha256:");
    }

    @Test
    void tagsThatMustStay_areLeftOut() throws Exception {
        Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\nLABEL a=b\n");
        slipway("build", "-q", "-t", "a/b:1.3.0", directory.toString());
        Invocation kept = tags("--against=store", "a/b");
        assertThat(kept.out()).isEqualTo("a/b:1.2.3\na/b:1.2\n");
        assertThat(kept.err()).isEqualTo("a/b:latest stays: 1.3.0 is newer\n");
        slipway("tag", "a/b:1.3.0", "a/b:1.2.3");
        Invocation refused = tags("--against=store", "--digest=sha256:" + "0".repeat(64), "a/b");
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("error: a/b:1.2.3 must not move: it is another image");
    }

    @Test
    void args_areThoseOfABuild() throws Exception {
        Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\n");
        List<String> words = new ArrayList<>(List.of("build", "-q"));
        words.addAll(tags("--format=args", "--annotation=b=c", "a/b").out().lines().toList());
        words.add(directory.toString());
        assertThat(slipway(words.toArray(String[]::new)).code()).isZero();
        assertThat(slipway("images", "--format", "{{.Tag}}").out().lines())
                .containsExactlyInAnyOrder("1.2.3", "1.2", "latest");
        assertThat(slipway("inspect", "a/b").out())
                .contains("\"org.opencontainers.image.version\": \"1.2.3\"");
    }

    @Test
    void rule_thatMakesNoSense_isExplained() {
        Invocation wrong = slipway("tags", "-r", "type=semvr", "a/b");
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err())
                .contains("unknown type semvr", "hint: Types are schedule, semver, pep440");
    }

    @Test
    void completion_knowsTheNewCommandsAndFlags() {
        for (String shell : List.of("bash", "zsh", "fish")) {
            assertThat(slipway("completion", shell).out())
                    .as(shell)
                    .contains("bake", "tags", "metadata-file", "flavor", "dry-run", "set");
        }
    }
}
