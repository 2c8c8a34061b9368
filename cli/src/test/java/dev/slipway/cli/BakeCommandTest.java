package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `slipway bake`, in this process.
class BakeCommandTest {
    @TempDir Path directory;
    private Path context = Path.of("");
    private Path file = Path.of("");

    @BeforeEach
    void files() throws Exception {
        context = Files.createDirectory(directory.resolve("context"));
        file = directory.resolve("docker-bake.hcl");
        Files.writeString(context.resolve("a.txt"), "one\n");
    }

    private Invocation slipway(String... args) {
        return with(Map.of(), "", args);
    }

    private Invocation with(Map<String, String> more, String input, String... args) {
        Map<String, String> env = new HashMap<>(more);
        env.put("SLIPWAY_HOME", directory.resolve("home").toString());
        return Invocation.with(env, input, args);
    }

    /// Bakes the file; all of the test's directory is allowed.
    private Invocation bake(String text, String... args) throws Exception {
        Files.writeString(file, text.replace("CONTEXT", context.toString()));
        List<String> words =
                new ArrayList<>(
                        List.of("bake", "-f", file.toString(), "--allow", "fs=" + directory));
        words.addAll(List.of(args));
        return slipway(words.toArray(String[]::new));
    }

    private static final String THREE =
            """
            variable "WHO" { default = "world" }
            group "default" { targets = ["app", "tools"] }
            target "_shared" {
              context = "CONTEXT"
              dockerfile-inline = <<-EOT
                FROM bb AS common
                RUN echo ran >> /count && sleep 0.2
                FROM common AS app
                ARG WHO
                COPY a.txt /a
                RUN echo "hello $WHO" > /hello
                FROM common AS tool
                ARG NAME
                RUN echo "$NAME" > /name
                EOT
            }
            target "app" {
              inherits = ["_shared"]
              target = "app"
              args = { WHO = WHO }
              tags = ["app:1"]
            }
            target "tools" {
              inherits = ["_shared"]
              matrix = { n = ["one", "two"] }
              name = "tool-${n}"
              target = "tool"
              args = { NAME = n }
              tags = ["tool:${n}"]
            }
            """;

    @Test
    void bake_ofThreeTargets_doesTheirCommonStageOnce() throws Exception {
        Busybox.need();
        Path tar = Busybox.tar(directory);
        assertThat(slipway("import", tar.toString(), "bb").code()).isZero();
        Path metadata = directory.resolve("metadata.json");
        Invocation baked =
                bake(THREE, "--set", "app.args.WHO=you", "--metadata-file", metadata.toString());
        assertThat(baked.code()).as(baked.err()).isZero();
        assertThat(count(baked.err(), "RUN echo ran")).isGreaterThanOrEqualTo(3);
        // Six RUN steps are asked for: the common one by three targets, and one of each.
        assertThat(baked.err())
                .containsPattern("app: Built [0-9a-f]{12} as app:1: [0-9] steps? done")
                .containsPattern("tool-one: Built [0-9a-f]{12} as tool:one: ")
                .containsPattern("tool-two: Built [0-9a-f]{12} as tool:two: ");
        assertThat(done(baked.err())).as(baked.err()).isEqualTo(1 + 2 + 1 + 1);
        assertThat(slipway("run", "--rm", "app:1", "cat", "/hello", "/a", "/count").out())
                .isEqualTo("hello you\none\nran\n");
        assertThat(slipway("run", "--rm", "tool:two", "cat", "/name").out()).isEqualTo("two\n");
        assertThat(Files.readString(metadata))
                .contains("\"app\": {", "\"tool-one\": {", "\"containerimage.digest\": \"sha256:");
        Invocation again = bake(THREE, "--set", "app.args.WHO=you");
        assertThat(done(again.err())).isZero();
    }

    private static int count(String text, String part) {
        return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
    }

    /// Steps done by all builds, from their last lines.
    private static int done(String text) {
        var matcher = java.util.regex.Pattern.compile(": ([0-9]+) steps? done").matcher(text);
        int sum = 0;
        while (matcher.find()) {
            sum += Integer.parseInt(matcher.group(1));
        }
        return sum;
    }

    @Test
    void bake_withATargetAsContext_buildsThatFirst() throws Exception {
        Invocation baked =
                bake(
                        """
                        target "app" {
                          context = "CONTEXT"
                          contexts = {
                            base      = "target:base"
                            "other:1" = "target:base"
                            stage     = "target:base"
                          }
                          dockerfile-inline = <<-EOT
                            FROM scratch AS stage
                            FROM base
                            COPY --from=other:1 /a /b
                            COPY --from=stage /a /c
                            EOT
                          tags = ["app"]
                          output = ["type=docker", "type=local,dest=CONTEXT/out"]
                        }
                        target "base" {
                          context = "CONTEXT"
                          dockerfile-inline = "FROM scratch\\nCOPY a.txt /a\\nCMD [\\"/a\\"]"
                          tags = ["never-named"]
                        }
                        """,
                        "app");
        assertThat(baked.code()).as(baked.err()).isZero();
        assertThat(Files.readString(context.resolve("out/a"))).isEqualTo("one\n");
        assertThat(Files.readString(context.resolve("out/b"))).isEqualTo("one\n");
        assertThat(Files.readString(context.resolve("out/c"))).isEqualTo("one\n");
        assertThat(slipway("image", "ls").out()).contains("app").doesNotContain("never-named");
    }

    @Test
    void bake_whenATargetFails_saysWhichAndWhere() throws Exception {
        Invocation baked =
                bake(
                        """
                        target "good" {
                          context = "CONTEXT"
                          dockerfile-inline = "FROM scratch\\nCOPY a.txt /a"
                        }
                        target "bad" {
                          context = "CONTEXT"
                          dockerfile-inline = "FROM scratch\\nCOPY nothing /a"
                        }
                        """,
                        "good",
                        "bad");
        assertThat(baked.code()).isEqualTo(1);
        assertThat(baked.err()).contains("Dockerfile:2", "COPY nothing /a", "nothing");
    }

    @Test
    void bake_ofAnOptionThatBuildRefuses_namesTheTarget() throws Exception {
        Invocation baked = bake("target \"t\" { context = \"CONTEXT\"\n tags = [\"a@b\"] }", "t");
        assertThat(baked.code()).isEqualTo(1);
        assertThat(baked.err()).contains("a@b");
    }

    @Test
    void bake_beyondItsDirectory_isNotAllowed() throws Exception {
        Files.writeString(file, "target \"t\" { context = \"/etc\" }");
        Invocation baked = slipway("bake", "-f", file.toString(), "t");
        assertThat(baked.code()).isEqualTo(1);
        assertThat(baked.err())
                .contains("asks for more than its own directory", "--allow fs.read=/etc");
        Invocation printed = slipway("bake", "-f", file.toString(), "--print", "t");
        assertThat(printed.code()).isZero();
    }

    @Test
    void error_showsTheLineWithACaret() throws Exception {
        Invocation baked = bake("target \"t\" {\n  tag = []\n}\n", "t");
        assertThat(baked.code()).isEqualTo(1);
        assertThat(baked.err())
                .isEqualTo(
                        """
                        error: a target has no attribute tag
                          --> FILE:2:3
                          2 |   tag = []
                            |   ^^^
                        hint: Did you mean tags?
                        """
                                .replace("FILE", file.toString()));
    }

    @Test
    void print_readsStandardInput_andVariables() {
        Invocation printed =
                with(
                        Map.of("B", "env"),
                        "variable \"A\" {}\nvariable \"B\" {}\ntarget \"t\" { tags = [A, B] }",
                        "buildx",
                        "bake",
                        "-f",
                        "-",
                        "--var",
                        "A=given",
                        "--pull",
                        "--print",
                        "t");
        assertThat(printed.out())
                .isEqualTo(
                        """
                        {
                          "group": {
                            "default": {
                              "targets": [
                                "t"
                              ]
                            }
                          },
                          "target": {
                            "t": {
                              "context": ".",
                              "dockerfile": "Dockerfile",
                              "tags": [
                                "given",
                                "env"
                              ],
                              "pull": true
                            }
                          }
                        }
                        """);
    }

    @Test
    void list_showsTargetsAndVariables() throws Exception {
        String text =
                """
                variable "V" {
                  default = [1]
                  description = "a list"
                }
                target "_hidden" {}
                target "b" { description = "the b" }
                group "a" { targets = ["b"] }
                """;
        assertThat(bake(text, "--list=targets").out())
                .isEqualTo("TARGET    DESCRIPTION\na         b\nb         the b\n");
        assertThat(bake(text, "--list=variables").out())
                .isEqualTo(
                        """
                        VARIABLE   TYPE           VALUE     DESCRIPTION
                        V          list(number)   [1]       a list
                        """);
        assertThat(bake(text, "--list=type=targets,format=json").out())
                .contains("\"name\": \"a\"", "\"group\": true", "\"description\": \"the b\"")
                .doesNotContain("_hidden");
        assertThat(bake(text, "--list", "nonsense").code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --provenance=false | "disabled": true
                    --provenance=mode=max | "mode": "max"
                    --check | "call": "check"
                    --load | "type": "docker"
                    --push | "push": "true"
                    --no-cache | "no-cache": true
                    """)
    void flag_goesToEveryTarget(String flag, String printed) throws Exception {
        assertThat(bake("target \"t\" {}", flag, "--print", "t").out()).contains(printed);
    }

    @Test
    void bake_fromTheWeb_buildsWithContextsOfThisDirectory() throws Exception {
        String text =
                """
                target "default" {
                  context = "CONTEXT"
                  dockerfile-inline = "FROM scratch\\nCOPY a.txt /a\\n"
                  tags = ["web:1"]
                }
                """
                        .replace("CONTEXT", context.toString());
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext(
                "/bake.hcl",
                exchange -> {
                    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/bake.hcl";
            assertThat(slipway("bake", address).err())
                    .as("a stranger's file")
                    .contains("add --allow fs.read=" + context.toRealPath());
            Invocation run = slipway("bake", "--allow=fs=" + directory, address, "default");
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(slipway("images", "-q", "web:1").out()).isNotEmpty();
            assertThat(slipway("bake", "-f", "x.hcl", address).err())
                    .contains("the address is that of a single file", "-f cwd://x.hcl");
            assertThat(slipway("bake", "-f", address).err())
                    .contains("give the address itself: slipway bake ADDRESS");
        } finally {
            server.stop(0);
        }
    }
}
