package dev.slipway.build.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Build sections of Compose files as targets.
class BakeComposeTest {
    @Test
    void service_becomesATarget() throws Exception {
        var definition =
                Bakes.compose(
                        """
                        x-common: &common
                          labels:
                            team: core
                        services:
                          web.api:
                            image: acme/web:1
                            environment:
                              FROM_SERVICE: service
                            build:
                              <<: *common
                              context: ./web
                              dockerfile: D
                              target: prod
                              args:
                                - A=1
                                - FROM_SERVICE
                                - FROM_ENV
                                - UNSET
                              cache_from: [acme/web:cache, "type=local,src=c"]
                              cache_to: ["type=inline"]
                              extra_hosts: ["a:1.2.3.4", "b=::1"]
                              network: host
                              no_cache: true
                              pull: true
                              shm_size: 128m
                              ssh: [default, k=/key]
                              secrets: [one, {source: two}]
                              platforms: [linux/amd64]
                              additional_contexts:
                                - lib=service:lib.core
                              ulimits:
                                nproc: 5
                                nofile: {soft: 1, hard: 2}
                              provenance: mode=max
                              sbom: false
                              entitlements: [security.insecure]
                          lib.core:
                            build: lib
                          db:
                            image: postgres
                        secrets:
                          one: {file: ./one.txt}
                          two: {environment: TWO}
                        """,
                        Map.of("FROM_ENV", "env"));
        var plan = definition.plan(List.of(), List.of());
        assertThat(plan.targets().keySet()).containsExactly("lib_core", "web_api");
        assertThat(Bakes.target(definition, "web.api".replace('.', '_')))
                .isEqualTo(
                        "{\"attest\":[{\"mode\":\"max\",\"type\":\"provenance\"},"
                                + "{\"disabled\":true,\"type\":\"sbom\"}],"
                                + "\"context\":\"web\",\"contexts\":{\"lib\":\"target:lib_core\"},"
                                + "\"dockerfile\":\"D\",\"args\":{\"A\":\"1\",\"FROM_ENV\":\"env\","
                                + "\"FROM_SERVICE\":\"service\"},\"labels\":{\"team\":\"core\"},"
                                + "\"tags\":[\"acme/web:1\"],"
                                + "\"cache-from\":[{\"ref\":\"acme/web:cache\",\"type\":\"registry\"},"
                                + "{\"src\":\"c\",\"type\":\"local\"}],"
                                + "\"cache-to\":[{\"type\":\"inline\"}],\"target\":\"prod\","
                                + "\"secret\":[{\"id\":\"one\",\"src\":\"./one.txt\"},"
                                + "{\"id\":\"two\",\"env\":\"TWO\"}],"
                                + "\"ssh\":[{\"id\":\"default\"},{\"id\":\"k\",\"paths\":[\"/key\"]}],"
                                + "\"platforms\":[\"linux/amd64\"],\"pull\":true,\"no-cache\":true,"
                                + "\"network\":\"host\",\"shm-size\":\"128MiB\","
                                + "\"ulimits\":[\"nofile=1:2\",\"nproc=5:5\"],"
                                + "\"entitlements\":[\"security.insecure\",\"network.host\"],"
                                + "\"extra-hosts\":{\"a\":\"1.2.3.4\",\"b\":\"::1\"}}");
    }

    @Test
    void xBake_addsToTheSection() throws Exception {
        var definition =
                Bakes.compose(
                        """
                        services:
                          a:
                            build:
                              context: .
                              tags: [one]
                              x-bake:
                                tags: [two, one]
                                platforms: linux/amd64 linux/arm64
                                cache-from: "type=gha user/c"
                                output: type=docker
                                no-cache: true
                                contexts: {x: docker-image://y}
                                no-cache-filter: s
                        """,
                        Map.of());
        assertThat(Bakes.own(definition, "a"))
                .isEqualTo(
                        "{\"contexts\":{\"x\":\"docker-image://y\"},\"tags\":[\"one\",\"two\"],"
                                + "\"cache-from\":[{\"type\":\"gha\"},"
                                + "{\"ref\":\"user/c\",\"type\":\"registry\"}],"
                                + "\"platforms\":[\"linux/amd64\",\"linux/arm64\"],"
                                + "\"output\":[{\"type\":\"docker\"}],\"no-cache\":true,"
                                + "\"no-cache-filter\":[\"s\"]}");
    }

    @Test
    void files_mergeBeforeTheyBecomeTargets() throws Exception {
        var definition =
                Bakes.files(
                        Map.of(),
                        new BakeSource(
                                "a.yaml",
                                """
                                services:
                                  a:
                                    build:
                                      context: one
                                      args: [A=1, B=1]
                                      tags: [t1]
                                      cache_from: [c1]
                                  base:
                                    build: {context: b, args: {X: base}}
                                """),
                        new BakeSource(
                                "b.yaml",
                                """
                                services:
                                  a:
                                    build:
                                      context: two
                                      args: {B: 2}
                                      tags: [t2]
                                      cache_from: !override [c2]
                                  derived:
                                    extends: base
                                    build: {args: {Y: derived}}
                                """));
        assertThat(Bakes.target(definition, "a"))
                .isEqualTo(
                        "{\"context\":\"two\",\"dockerfile\":\"Dockerfile\","
                                + "\"args\":{\"A\":\"1\",\"B\":\"2\"},\"tags\":[\"t1\",\"t2\"],"
                                + "\"cache-from\":[{\"ref\":\"c2\",\"type\":\"registry\"}]}");
        assertThat(Bakes.target(definition, "derived"))
                .isEqualTo(
                        "{\"context\":\"b\",\"dockerfile\":\"Dockerfile\","
                                + "\"args\":{\"X\":\"base\",\"Y\":\"derived\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    $A | a
                    ${A}b | ab
                    $$A | $A
                    ${NO:-x} | x
                    ${NO-x} | x
                    ${E:-x} | x
                    ${E-x} | ``
                    ${A:+y} | y
                    ${NO:+y} | ``
                    ${E+y} | y
                    ${A:?m} | a
                    ${NO:-${A}z} | az
                    ${NO:-${NO:-$A}} | a
                    plain | plain
                    """)
    void interpolation_asCompose(String text, String value) throws Exception {
        var variables = Map.of("A", "a", "E", "");
        var found =
                new Interpolation(variables::get).of(text, new SourceText("f", text).span(0, 1));
        assertThat(found).isEqualTo(value == null ? "" : value);
    }

    @Test
    void dotEnv_servesWhatTheEnvironmentLacks(@TempDir Path directory) throws Exception {
        Files.writeString(
                directory.resolve(".env"),
                """
                # comment
                A=from file # note
                export B="two ${A}\\n"
                C='$A'
                D=dotenv

                E=${D}-$F
                """);
        var environment = Bakes.environment(Map.of("D", "env", "F", "f"), directory);
        var source =
                new BakeSource(
                        "compose.yml",
                        "services:\n  s:\n    build:\n      args: {A: $A, B: $B, C: $C, D: $D, E: $E}\n");
        var definition = BakeDefinition.parse(List.of(source), environment);
        assertThat(Bakes.own(definition, "s"))
                .isEqualTo(
                        "{\"args\":{\"A\":\"from file\",\"B\":\"two from file\\n\",\"C\":\"$${A}\","
                                        .replace("$${A}", "$A")
                                + "\"D\":\"env\",\"E\":\"env-f\"}}");
    }

    @Test
    void dotEnv_thatIsNone_isAnErrorWithItsLine() {
        var source = new SourceText(".env", "A=1\nB C=2\n");
        assertThatThrownBy(() -> DotEnv.parse(source, Map.of()))
                .isInstanceOfSatisfying(
                        BakeException.class,
                        e -> assertThat(String.valueOf(e.place())).isEqualTo(".env:2:1"));
    }
}
