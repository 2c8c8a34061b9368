package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Releases, as CI tags them: `slipway tags` and `slipway push --tags-from` against Debian's
/// docker-registry.
class TaggingTest {
    private static final String[] RULES = {
        "-r",
        "type=semver,pattern={{version}}",
        "-r",
        "type=semver,pattern={{major}}.{{minor}}",
        "-r",
        "type=semver,pattern={{major}}"
    };

    @TempDir private static Path shared;
    private static LocalRegistry registry;
    private static int repositories;

    @TempDir private Path work;
    private String app;

    @BeforeAll
    static void start() throws Exception {
        registry = LocalRegistry.start(shared.resolve("registry"));
    }

    @AfterAll
    static void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    @BeforeEach
    void prepare() {
        app = registry.host() + "/app" + repositories++;
    }

    /// The command in a pipeline for a git tag.
    private Slipway ci(String tag) {
        Map<String, String> environment =
                Map.of(
                        "GITLAB_CI", "true",
                        "CI_COMMIT_TAG", tag,
                        "CI_COMMIT_SHA", "0123456789abcdef",
                        "CI_COMMIT_TIMESTAMP", "2026-01-02T03:04:05+01:00",
                        "CI_PROJECT_NAME", "app",
                        "CI_PROJECT_URL", "https://host/me/app");
        return new Slipway(work.resolve("home"), environment);
    }

    private Tool.Outcome tags(String tag, String... more) {
        List<String> words = new ArrayList<>(List.of("tags", "-C", work.toString()));
        words.addAll(List.of(RULES));
        words.addAll(List.of(more));
        words.add(app);
        return ci(tag).outcome(words.toArray(String[]::new));
    }

    private void build(String content) throws Exception {
        Files.writeString(work.resolve("content"), content);
        Files.writeString(work.resolve("Dockerfile"), "FROM scratch\nCOPY content /\n");
        ci("v0.0.0").run("build", "-q", "-t", "app", work.toString());
    }

    /// Builds and pushes a release, as a pipeline does.
    private Tool.Outcome release(String tag, String content) throws Exception {
        build(content);
        Path plan = work.resolve("plan.json");
        Files.writeString(plan, tags(tag, "--format", "json").output());
        return ci(tag).outcome("push", "--tags-from", plan.toString(), "app");
    }

    private String digest(String tag) {
        Tool.Outcome outcome = ci("v0.0.0").outcome("digest", app + ":" + tag);
        return outcome.code() == 0 ? outcome.output().strip() : "none";
    }

    private static List<String> puts(List<String> requests) {
        return requests.stream().filter(each -> each.startsWith("PUT ")).toList();
    }

    @Test
    void release_getsAllItsTags_andARepetitionChangesNothing() throws Exception {
        Tool.Outcome first = release("v1.3.0", "one");
        assertThat(first.code()).as(first.output()).isZero();
        assertThat(first.output())
                .containsPattern(app + ":1.3.0 +create ")
                .containsPattern(app + ":latest +create ")
                .contains(app + "@" + digest("1.3.0"));
        assertThat(List.of(digest("1.3"), digest("1"), digest("latest")))
                .containsOnly(digest("1.3.0"));

        int before = registry.requests().size();
        Tool.Outcome again = release("v1.3.0", "one");
        assertThat(again.code()).isZero();
        assertThat(again.output())
                .containsPattern(":1.3.0 +keep ")
                .doesNotContain("create", "move");
        List<String> since = registry.requests();
        assertThat(puts(since.subList(before, since.size()))).isEmpty();
    }

    @Test
    void patchOfAnOldBranch_leavesNewerTagsWhereTheyAre() throws Exception {
        release("v1.2.3", "old");
        release("v1.3.0", "new");
        String newer = digest("1.3.0");
        Tool.Outcome patch = release("v1.2.4", "patch");
        assertThat(patch.code()).isZero();
        assertThat(patch.output())
                .containsPattern(":1.2.4 +create ")
                .containsPattern(":1.2 +move ")
                .containsPattern(":1 +hold +1.3.0 is newer")
                .containsPattern(":latest +hold +1.3.0 is newer");
        assertThat(digest("latest")).isEqualTo(newer);
        assertThat(digest("1")).isEqualTo(newer);
        assertThat(digest("1.2")).isEqualTo(digest("1.2.4")).isNotEqualTo(newer);
    }

    @Test
    void anotherImageUnderAVersionThatIsThere_isRefused_andNothingIsTagged() throws Exception {
        release("v1.3.0", "one");
        String first = digest("1.3.0");
        Tool.Outcome other = release("v1.3.0", "two");
        assertThat(other.code()).isEqualTo(3);
        assertThat(other.output())
                .contains("error: " + app + ":1.3.0 must not move: it is another image: " + first);
        assertThat(List.of(digest("1.3.0"), digest("1.3"), digest("1"), digest("latest")))
                .containsOnly(first);
    }

    @Test
    void latest_ofAVersionThatOnlyTheImageKnows_stays_withFewRequests() throws Exception {
        Files.writeString(work.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        Slipway slipway = ci("v0.0.0");
        String version = "org.opencontainers.image.version=2.0.0";
        for (String way : List.of("--label=" + version, "--annotation=" + version)) {
            slipway.run(
                    "build",
                    "-q",
                    "--push",
                    way,
                    "-t",
                    app + ":latest",
                    "-t",
                    app + ":1",
                    work.toString());
            int before = registry.requests().size();
            Tool.Outcome dry = tags("v1.9.0", "--dry-run");
            assertThat(dry.code()).isZero();
            assertThat(dry.output())
                    .containsPattern(app + ":1.9.0 +create ")
                    .containsPattern(app + ":latest +hold +it is 2.0.0, which is newer")
                    .containsPattern(app + ":1 +move ");
            List<String> since = registry.requests();
            // The probe, the list, a HEAD for each of four tags, and one image looked into.
            assertThat(since.subList(before, since.size()).size()).isLessThanOrEqualTo(8);
        }
        slipway.run("manifest", "create", "--annotation", version, app + ":latest", app + ":1");
        assertThat(tags("v1.9.0", "--dry-run", "--format=json").output())
                .contains("\"action\": \"hold\"", "it is 2.0.0, which is newer");
    }

    @Test
    void lines_areAPlanToo() throws Exception {
        release("v1.3.0", "new");
        build("patch");
        Path lines = work.resolve("lines");
        Files.writeString(lines, tags("v1.2.4").output());
        Tool.Outcome pushed = ci("v1.2.4").outcome("push", "--tags-from", lines.toString(), "app");
        assertThat(pushed.code()).as(pushed.output()).isZero();
        assertThat(pushed.output())
                .containsPattern(":1.2.4 +create ")
                .containsPattern(":latest +hold ");
        assertThat(tags("v1.2.5", "--against=registry").output())
                .contains(app + ":1.2.5\n" + app + ":1.2\n")
                .doesNotContain(app + ":latest\n")
                .contains(app + ":latest stays: 1.3.0 is newer");
        Files.writeString(lines, "");
        Tool.Outcome none = ci("v1").outcome("push", "--tags-from", lines.toString(), "app");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.output()).contains("no tag is planned, so nothing is pushed");
    }

    @Test
    void registryThatDeniesOrIsNotThere_isNamed() throws Exception {
        try (LocalRegistry closed = LocalRegistry.withPassword(work.resolve("closed"))) {
            app = closed.host() + "/app";
            Tool.Outcome denied = tags("v1.0.0", "--dry-run");
            assertThat(denied.code()).isEqualTo(1);
            assertThat(denied.output())
                    .contains("cannot list the tags of " + app, "slipway login " + closed.host());
            Tool.Outcome known = tags("v1.0.0", "--dry-run", "--creds=alice:secret");
            assertThat(known.code()).as(known.output()).isZero();
            assertThat(known.output()).containsPattern(app + ":1.0.0 +create ");
        }
        app = "localhost:1/app";
        Tool.Outcome away = tags("v1.0.0", "--dry-run");
        assertThat(away.code()).isEqualTo(1);
        assertThat(away.output()).contains("localhost:1 refuses the connection");
        assertThat(tags("v1.0.0").output()).as("without comparing").contains(app + ":1.0.0\n");
    }
}
