package dev.slipway.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Stream;

/// The cases of docker/metadata-action: `../shared/vectors/tagging`.
class TagVectorsTest {
    private static final String FILE = "shared/vectors/tagging/metadata-action-cases.json";
    private static final Instant FROZEN = Instant.parse("2020-01-10T00:30:00Z");

    private static @Nullable Path file() {
        for (var up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            if (Files.exists(up.resolve(FILE))) {
                return up.resolve(FILE);
            }
        }
        return null;
    }

    @TestFactory
    Stream<DynamicTest> cases() throws Exception {
        var file = file();
        Assumptions.assumeTrue(file != null, FILE + " is not there");
        var cases = (Json.Arr) Json.parse(Files.readAllBytes(Objects.requireNonNull(file)));
        List<DynamicTest> tests = new ArrayList<>();
        for (var value : cases.values()) {
            var each = (Json.Obj) value;
            var name = each.requiredText("name") + " " + tests.size();
            tests.add(DynamicTest.dynamicTest(name, () -> check(each)));
        }
        return tests.stream();
    }

    private static List<String> texts(Json.Obj of, String name) throws Exception {
        var texts = of.texts(name);
        return texts == null ? List.of() : texts;
    }

    /// The facts of the case: its events are all of one repository, octocat/Hello-World.
    private static TagFacts facts(Json.Obj each) throws Exception {
        var env = Objects.requireNonNull(each.object("env"));
        var event = env.text("event", "");
        boolean pull = event.startsWith("pull_request");
        // What the event's file says of the head, where the case asks for it.
        boolean head = texts(each, "labels").toString().contains("revision=3370e22");
        return new TagFacts(
                event,
                pull ? "refs/pull/15/merge" : env.text("ref", ""),
                head ? "3370e228f2209994d57af4427fe64e71bb79ac96" : env.text("sha", ""),
                "master",
                pull ? "master" : "",
                FROZEN,
                FROZEN,
                new TagFacts.Repository(
                        "Hello-World",
                        "This your first repo!",
                        "https://github.com/octocat/Hello-World",
                        "MIT"));
    }

    private static TagPlan plan(Json.Obj each) throws Exception {
        var inputs = Objects.requireNonNull(each.object("inputs"));
        return TagPlanner.plan(
                texts(inputs, "images"),
                texts(inputs, "tags"),
                TagFlavor.parse(texts(inputs, "flavor")),
                texts(inputs, "labels"),
                texts(inputs, "annotations"),
                facts(each),
                7);
    }

    private static List<String> lines(SortedMap<String, String> map) {
        return map.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    }

    private static void check(Json.Obj each) throws Exception {
        var plan = plan(each);
        var outcomes = each.array("expect");
        if (outcomes != null) {
            checkOutput(plan, outcomes.getFirst(), Objects.requireNonNull(each.object("inputs")));
            return;
        }
        assertThat(plan.references()).isEqualTo(texts(each, "tags"));
        assertThat(lines(plan.labels())).isEqualTo(texts(each, "labels"));
        if (each.get("annotations") != null) {
            assertThat(lines(plan.annotations())).isEqualTo(texts(each, "annotations"));
        }
        var version = Objects.requireNonNull(each.object("version"));
        assertThat(plan.version()).isEqualTo(version.text("main", ""));
        assertThat(plan.hasLatest()).isEqualTo(version.flag("latest"));
    }

    private static void checkOutput(TagPlan plan, Json outcome, Json.Obj inputs) throws Exception {
        if (outcome instanceof Json.Str(String joined)) {
            assertThat(String.join(inputs.text("sepTags", "\n"), plan.references()))
                    .isEqualTo(joined);
            return;
        }
        var object = (Json.Obj) outcome;
        var target = object.object("target");
        var content =
                target == null
                        ? object
                        : Objects.requireNonNull(target.object("docker-metadata-action"));
        assertThat(plan.references()).isEqualTo(texts(content, "tags"));
        var args = content.object("args");
        if (args != null) {
            assertThat(args.text("DOCKER_META_VERSION")).isEqualTo(plan.version());
            assertThat(args.text("DOCKER_META_IMAGES")).isEqualTo(String.join(",", plan.images()));
        }
        if (content.get("labels") != null) {
            assertThat(Map.copyOf(plan.labels())).isEqualTo(Map.copyOf(content.textMap("labels")));
        }
    }
}
