package dev.slipway.build.bake;

import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Bake files of tests: a fixed clock, no environment but what the test gives.
final class Bakes {
    static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    private Bakes() {}

    static BakeEnvironment environment(Map<String, String> variables) {
        return environment(variables, Path.of("/nowhere"));
    }

    static BakeEnvironment environment(Map<String, String> variables, Path directory) {
        return new BakeEnvironment(
                variables, Map.of(), directory, Clock.fixed(NOW, ZoneOffset.UTC), "linux/amd64");
    }

    static BakeDefinition hcl(String text) throws BakeException {
        return hcl(text, Map.of());
    }

    static BakeDefinition hcl(String text, Map<String, String> variables) throws BakeException {
        return files(variables, new BakeSource("docker-bake.hcl", text));
    }

    static BakeDefinition json(String text) throws BakeException {
        return files(Map.of(), new BakeSource("docker-bake.json", text));
    }

    static BakeDefinition compose(String text, Map<String, String> variables) throws BakeException {
        return files(variables, new BakeSource("compose.yaml", text));
    }

    static BakeDefinition files(Map<String, String> variables, BakeSource... sources)
            throws BakeException {
        return BakeDefinition.parse(List.of(sources), environment(variables));
    }

    /// What must be there.
    static <T> T of(Map<String, T> map, String name) {
        return Objects.requireNonNull(map.get(name), name);
    }

    /// What `--print` says of one target, as JSON without white space.
    static String target(BakeDefinition definition, String name, String... overrides)
            throws Exception {
        var plan = definition.plan(List.of(name), List.of(overrides));
        var json = Json.parseObject(plan.toJson().getBytes(StandardCharsets.UTF_8));
        var target = Objects.requireNonNull(json.object("target")).object(name);
        return JsonWriter.plain().value(Objects.requireNonNull(target)).toString();
    }

    /// The same without the context and the Dockerfile that every target has.
    static String own(BakeDefinition definition, String name, String... overrides)
            throws Exception {
        return target(definition, name, overrides)
                .replace("\"context\":\".\",", "")
                .replace("\"dockerfile\":\"Dockerfile\",", "")
                .replace(",\"dockerfile\":\"Dockerfile\"", "")
                .replace("\"dockerfile\":\"Dockerfile\"", "");
    }
}
