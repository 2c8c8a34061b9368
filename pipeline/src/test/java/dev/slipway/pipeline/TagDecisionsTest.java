package dev.slipway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What becomes of tags that are there, and where facts come from.
class TagDecisionsTest {
    private static final List<String> RELEASE =
            List.of(
                    "type=semver,pattern={{version}}",
                    "type=semver,pattern={{major}}.{{minor}}",
                    "type=semver,pattern={{major}}",
                    "type=sha");

    private static TagFacts facts(String ref) {
        return new TagFacts(
                "push",
                ref,
                "abcdef0123",
                "main",
                "",
                null,
                Instant.EPOCH,
                TagFacts.Repository.NONE);
    }

    private static TagPlan plan(String ref, List<String> rules) throws TagRuleException {
        return TagPlanner.plan(
                List.of("acme/App"), rules, TagFlavor.USUAL, List.of(), List.of(), facts(ref), 7);
    }

    private static ExistingTags existing(Map<String, String> tags) {
        return new ExistingTags() {
            @Override
            public List<String> names(String image) {
                return List.copyOf(tags.keySet());
            }

            @Override
            public @Nullable String digest(String image, String tag) {
                return tags.get(tag);
            }
        };
    }

    private static String decide(String ref, Map<String, String> tags, @Nullable String digest)
            throws Exception {
        var text = new StringBuilder();
        for (var each : TagDecisions.of(plan(ref, RELEASE), existing(tags), digest)) {
            text.append(each.tag().name()).append(':').append(each.action()).append(' ');
        }
        return text.toString().strip();
    }

    @Test
    void release_onNothing_createsAll() throws Exception {
        assertThat(decide("refs/tags/v1.2.3", Map.of(), "sha256:a"))
                .isEqualTo("1.2.3:CREATE 1.2:CREATE 1:CREATE sha-abcdef0:CREATE latest:CREATE");
    }

    @Test
    void release_again_keepsAll() throws Exception {
        var tags = Map.of("1.2.3", "d", "1.2", "d", "1", "d", "latest", "d", "sha-abcdef0", "d");
        assertThat(decide("refs/tags/v1.2.3", tags, "d"))
                .isEqualTo("1.2.3:KEEP 1.2:KEEP 1:KEEP sha-abcdef0:KEEP latest:KEEP");
    }

    @Test
    void release_ofAnotherImageUnderTheSameVersion_isRefused() throws Exception {
        assertThat(decide("refs/tags/v1.2.3", Map.of("1.2.3", "other"), "d"))
                .startsWith("1.2.3:REFUSE");
        assertThat(decide("refs/tags/v1.2.3", Map.of("1.2.3", "other"), null))
                .startsWith("1.2.3:KEEP");
    }

    @Test
    void patchOfAnOldBranch_neverMovesNewerTagsBack() throws Exception {
        var tags =
                Map.of(
                        "1.2.3",
                        "a",
                        "1.3.0",
                        "b",
                        "2.0.0",
                        "c",
                        "3.0.0-rc.1",
                        "r",
                        "1.2",
                        "a",
                        "1",
                        "b",
                        "latest",
                        "c");
        assertThat(decide("refs/tags/v1.2.4", tags, "d"))
                .isEqualTo("1.2.4:CREATE 1.2:MOVE 1:HOLD sha-abcdef0:CREATE latest:HOLD");
        assertThat(decide("refs/tags/v2.0.1", tags, "d"))
                .isEqualTo("2.0.1:CREATE 2.0:CREATE 2:CREATE sha-abcdef0:CREATE latest:MOVE");
    }

    /// Of `latest`, which is there; what it says it is decides where no tag is newer.
    @ParameterizedTest
    @CsvSource({
        "2.0.0, HOLD",
        "1.2.5, HOLD",
        "v2.0.0, HOLD",
        "1.2.4, MOVE",
        "1.1.9, MOVE",
        "2.0.0-rc.1, MOVE",
        "nightly, MOVE",
        ", MOVE"
    })
    void latest_staysWhereTheImageSaysItIsNewer(@Nullable String said, String action)
            throws Exception {
        var asked = new java.util.ArrayList<String>();
        var tags =
                new ExistingTags() {
                    @Override
                    public List<String> names(String image) {
                        return List.of("latest", "edge");
                    }

                    @Override
                    public @Nullable String digest(String image, String tag) {
                        return tag.equals("latest") ? "other" : null;
                    }

                    @Override
                    public @Nullable String version(String image, String tag) {
                        asked.add(tag);
                        return said;
                    }
                };
        var decisions = TagDecisions.of(plan("refs/tags/v1.2.4", RELEASE), tags, "d");
        assertThat(decisions.getLast().tag().name()).isEqualTo("latest");
        assertThat(decisions.getLast().action().name()).isEqualTo(action);
        assertThat(asked).containsExactly("latest");
    }

    @Test
    void tagsWithASuffix_areComparedWithTheirLike() throws Exception {
        var rules = List.of("type=semver,pattern={{version}}", "type=semver,pattern={{major}}");
        var flavor = TagFlavor.parse(List.of("suffix=-alpine,onlatest=true"));
        var plan =
                TagPlanner.plan(
                        List.of("a/b"),
                        rules,
                        flavor,
                        List.of(),
                        List.of(),
                        facts("refs/tags/v1.2.4"),
                        7);
        var text = new StringBuilder();
        var tags = Map.of("1.9.0", "a", "1.3.0-alpine", "b", "2.0.0", "c");
        for (var each : TagDecisions.of(plan, existing(tags), "d")) {
            text.append(each.tag().name()).append(':').append(each.reason()).append('\n');
        }
        assertThat(text)
                .contains("1-alpine:1.3.0-alpine is newer", "latest-alpine:1.3.0-alpine is newer")
                .doesNotContain("1.9.0", "2.0.0");
    }

    @Test
    void plan_travelsAsJson_andAsLines() throws Exception {
        var plan = plan("refs/tags/v1.2.4", RELEASE);
        var json = dev.slipway.image.JsonWriter.plain().beginObject();
        json.member("images", plan.images()).name("plan").beginArray();
        for (var each : TagList.members(plan)) {
            json.beginObject().member("name", (String) each.get("name"));
            json.member("reason", (String) each.get("reason"));
            json.member("immutable", Boolean.TRUE.equals(each.get("immutable")));
            if (each.get("numbers") instanceof Integer numbers) {
                json.member("version", (String) each.get("version"));
                json.member("numbers", numbers);
            }
            json.endObject();
        }
        var read = TagList.parse(json.endArray().endObject().toString());
        assertThat(read.tags()).isEqualTo(plan.tags());
        assertThat(read.images()).isEqualTo(plan.images());

        var lines = TagList.parse(String.join("\n", plan.references()) + "\n");
        assertThat(lines.references()).isEqualTo(plan.references());
        var tags = Map.of("1.3.0", "a", "1.2.4", "b", "1", "a", "latest", "a");
        var decided = TagDecisions.of(lines, existing(tags), "d");
        assertThat(decided.stream().map(each -> each.tag().name() + ":" + each.action()))
                .containsExactly(
                        "1.2.4:REFUSE",
                        "1.2:CREATE",
                        "1:HOLD",
                        "sha-abcdef0:CREATE",
                        "latest:HOLD");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {} | the plan of tags has no images or no plan
                    a/b:1 c/d:2 | the images do not get the same tags
                    a/b | a tag is needed: a/b
                    {"images": ["A"], "plan": [{"name": "1"}]} | invalid image reference "A:1"
                    """)
    void plan_thatIsNone(String text, String message) {
        assertThatThrownBy(() -> TagList.parse(text)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "a/b c, a-b-c",
        "..-x, x",
        "äöü, -",
        "v1.0+build, v1.0-build",
    })
    void sanitized_isATagEveryRegistryTakes(String text, String tag) {
        assertThat(TagPlanner.sanitized(text)).isEqualTo(tag.equals("-") ? "" : tag);
        assertThat(TagPlanner.sanitized("x".repeat(300))).hasSize(128);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    type=semvr,pattern=x | unknown type semvr in the rule type=semvr,pattern=x
                    type=semver | the rule type=semver has no pattern
                    type=ref,event=x | unknown event in the rule type=ref,event=x
                    type=raw,value=a,enable=yes | enable is 'yes' in the rule type=raw,value=a,enable=yes
                    type=raw,value={{nope}} | unknown expression {{nope}} in {{nope}}
                    """)
    void rule_thatMakesNoSense(String rule, String message) {
        assertThatThrownBy(() -> plan("refs/heads/main", List.of(rule))).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    GITLAB_CI=true CI_COMMIT_TAG=v1 CI_COMMIT_SHA=s | push refs/tags/v1 s
                    GITLAB_CI=true CI_MERGE_REQUEST_IID=7 CI_PIPELINE_SOURCE=merge_request_event CI_COMMIT_SHA=s | pull_request refs/pull/7/merge s
                    GITLAB_CI=true CI_COMMIT_BRANCH=b CI_PIPELINE_SOURCE=schedule CI_COMMIT_SHA=s | schedule refs/heads/b s
                    JENKINS_URL=u GIT_BRANCH=origin/b GIT_COMMIT=s | push refs/heads/b s
                    JENKINS_URL=u CHANGE_ID=9 BRANCH_NAME=PR-9 GIT_COMMIT=s | pull_request refs/pull/9/merge s
                    CIRCLECI=true CIRCLE_TAG=v2 CIRCLE_SHA1=s | push refs/tags/v2 s
                    GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/b GITHUB_SHA=s | push refs/heads/b s
                    """)
    void facts_ofCiSystems(String environment, String expected, @TempDir Path directory)
            throws Exception {
        var variables = new java.util.HashMap<String, String>();
        for (var each : environment.split(" ", -1)) {
            variables.put(
                    each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }
        var facts = CiFacts.read(variables, directory, Instant.EPOCH);
        assertThat(facts.event() + " " + facts.ref() + " " + facts.sha()).isEqualTo(expected);
    }

    @Test
    void facts_ofAGithubEvent_andOfGit(@TempDir Path directory) throws Exception {
        var event = directory.resolve("event.json");
        Files.writeString(
                event,
                """
                {"number": 15, "repository": {"name": "app", "default_branch": "main", "html_url": "https://x/app",
                "description": "d", "license": {"spdx_id": "MIT"}},
                "pull_request": {"base": {"ref": "main"}, "head": {"sha": "headsha"}}}
                """);
        var variables =
                Map.of(
                        "GITHUB_ACTIONS", "true",
                        "GITHUB_EVENT_NAME", "pull_request_target",
                        "GITHUB_REF", "refs/heads/main",
                        "GITHUB_SHA", "mergesha",
                        "GITHUB_EVENT_PATH", event.toString(),
                        "DOCKER_METADATA_PR_HEAD_SHA", "true");
        var facts = CiFacts.read(variables, directory, Instant.EPOCH);
        assertThat(facts.ref()).isEqualTo("refs/pull/15/merge");
        assertThat(facts.sha()).isEqualTo("headsha");
        assertThat(facts.repository())
                .isEqualTo(new TagFacts.Repository("app", "d", "https://x/app", "MIT"));
        assertThat(GitFacts.page("git@host:me/app.git")).isEqualTo("https://host/me/app");
        assertThat(GitFacts.page("https://user:secret@host/app.git")).isEqualTo("https://host/app");
    }
}
