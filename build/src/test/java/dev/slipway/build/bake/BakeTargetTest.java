package dev.slipway.build.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What targets come to: merging, inheritance, matrix, groups, overrides.
class BakeTargetTest {
    /// @param body of a target
    /// @param printed what `--print` says of it
    record Case(String body, String printed) {}

    static Stream<Case> bodies() {
        return Stream.of(
                new Case("", "{}"),
                new Case(
                        "args = { A = 1, B = true, C = \"x\", D = null }",
                        "{\"args\":{\"A\":\"1\",\"B\":\"true\",\"C\":\"x\"}}"),
                new Case("tags = [\"a\", \"\", \"a\", \"b\", null]", "{\"tags\":[\"a\",\"b\"]}"),
                new Case("tags = []", "{}"),
                new Case("context = \"./a//b/../c\"", "{\"context\":\"a/c\",}"),
                new Case(
                        "context = \"https://github.com/a/b.git#main\"",
                        "{\"context\":\"https://github.com/a/b.git#main\",}"),
                new Case("dockerfile = \"\"", "{}"),
                new Case("pull = true\nno-cache = \"false\"", "{\"pull\":true,\"no-cache\":false}"),
                new Case(
                        "network = \"host\"",
                        "{\"network\":\"host\",\"entitlements\":[\"network.host\"]}"),
                new Case(
                        "labels = { a = \"${\"$\"}{x} %%{y} <&>\" }",
                        "{\"labels\":{\"a\":\"$${x} %%{y} <&>\"}}"),
                new Case(
                        "output = [\"type=docker\", \"out\", \"-\", \"type=oci,dest=a.tar,compression=zstd\"]",
                        "{\"output\":[{\"type\":\"docker\"},{\"dest\":\"out\",\"type\":\"local\"},{\"dest\":\"-\",\"type\":\"tar\"},{\"compression\":\"zstd\",\"dest\":\"a.tar\",\"type\":\"oci\"}]}"),
                new Case(
                        "cache-from = [\"a/b,c/d\", \"type=gha\", {type = \"local\", src = \"x\"}, \"\"]",
                        "{\"cache-from\":[{\"ref\":\"a/b\",\"type\":\"registry\"},{\"ref\":\"c/d\",\"type\":\"registry\"},{\"type\":\"gha\"},{\"src\":\"x\",\"type\":\"local\"}]}"),
                new Case(
                        "secret = [\"id=a,src=f\", \"type=env,id=b\", \"type=env,src=V,id=c\", {id = \"d\", env = \"E\"}, \"id=a,src=f\"]",
                        "{\"secret\":[{\"id\":\"a\",\"src\":\"f\"},{\"id\":\"b\"},{\"id\":\"c\",\"env\":\"V\"},{\"id\":\"d\",\"env\":\"E\"}]}"),
                new Case(
                        "ssh = [\"default\", \"k=a,b\"]",
                        "{\"ssh\":[{\"id\":\"default\"},{\"id\":\"k\",\"paths\":[\"a\",\"b\"]}]}"),
                new Case(
                        "attest = [\"type=provenance\", \"type=sbom,disabled=false\", {type = \"provenance\", mode = \"max\"}, {type = \"x\", disabled = true}]",
                        "{\"attest\":[{\"mode\":\"max\",\"type\":\"provenance\"},{\"type\":\"sbom\"},{\"disabled\":true,\"type\":\"x\"}]}"),
                new Case(
                        "contexts = { a = \"\", b = \"docker-image://x\" }",
                        "{\"contexts\":{\"b\":\"docker-image://x\"},}"),
                new Case(
                        "extra-hosts = { h = \"1.2.3.4\" }\nshm-size = \"64m\"\nulimits = [\"nofile=1:2\"]\ncall = \"check\"",
                        "{\"shm-size\":\"64m\",\"ulimits\":[\"nofile=1:2\"],\"call\":\"check\",\"extra-hosts\":{\"h\":\"1.2.3.4\"}}"),
                new Case(
                        "description = \"d\"\ntarget = \"s\"\nplatforms = [\"linux/amd64\"]\nno-cache-filter = [\"s\"]",
                        "{\"description\":\"d\",\"target\":\"s\",\"platforms\":[\"linux/amd64\"],\"no-cache-filter\":[\"s\"]}"));
    }

    @ParameterizedTest
    @MethodSource
    void bodies(Case expected) throws Exception {
        var definition = Bakes.hcl("target \"t\" {\n" + expected.body() + "\n}");
        assertThat(Bakes.own(definition, "t").replace(",}", "}"))
                .isEqualTo(expected.printed().replace(",}", "}"));
    }

    private static final String FAMILY =
            """
            target "base" {
              args = { A = "base", B = "base" }
              tags = ["base"]
              cache-from = ["c1"]
              labels = { l = "base" }
              platforms = ["linux/amd64", "linux/arm64"]
              no-cache-filter = ["one"]
            }
            target "mixin" {
              args = { B = "mixin", C = "mixin" }
              tags = ["mixin"]
            }
            target "child" {
              inherits = ["base", "mixin"]
              args = { C = "child" }
              cache-from = ["c2"]
              platforms = ["linux/arm64"]
              no-cache-filter = ["two"]
            }
            group "default" { targets = ["child", "base"] }
            group "outer" { targets = ["inner", "base", "outer"] }
            group "inner" { targets = ["child", "inner"] }
            """;

    @Test
    void inherits_laterWins_mapsAndCachesAdd() throws Exception {
        assertThat(Bakes.own(Bakes.hcl(FAMILY), "child"))
                .isEqualTo(
                        "{\"args\":{\"A\":\"base\",\"B\":\"mixin\",\"C\":\"child\"},"
                                + "\"labels\":{\"l\":\"base\"},\"tags\":[\"mixin\"],"
                                + "\"cache-from\":[{\"ref\":\"c1\",\"type\":\"registry\"},"
                                + "{\"ref\":\"c2\",\"type\":\"registry\"}],"
                                + "\"platforms\":[\"linux/arm64\"],"
                                + "\"no-cache-filter\":[\"one\",\"two\"]}");
    }

    @Test
    void inherits_inACircle_ends() throws Exception {
        var definition =
                Bakes.hcl(
                        """
                        target "a" {
                          inherits = ["b"]
                          args = { A = 1 }
                        }
                        target "b" {
                          inherits = ["a"]
                          args = { B = 2 }
                        }
                        """);
        assertThat(Bakes.own(definition, "a")).isEqualTo("{\"args\":{\"A\":\"1\",\"B\":\"2\"}}");
    }

    /// Names asked for, the groups shown, the targets built.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    '' | default=[base, child] | base child
                    base | default=[base] | base
                    outer | default=[outer] inner=[child, inner] outer=[inner, base, outer] | base child
                    inner base | default=[base, inner] inner=[child, inner] | base child
                    mix* | default=[mixin] | mixin
                    *n* | default=[inner, mixin] inner=[child, inner] | child mixin
                    default mixin | default=[base, child, mixin] | base child mixin
                    """)
    void plan_ofNames(String names, String groups, String targets) throws Exception {
        var asked = names.isEmpty() ? List.<String>of() : List.of(names.split(" "));
        var plan = Bakes.hcl(FAMILY).plan(asked, List.of());
        var shown = new StringBuilder();
        plan.groups()
                .forEach((n, g) -> shown.append(n).append('=').append(g.targets()).append(' '));
        assertThat(shown.toString().strip()).isEqualTo(groups);
        assertThat(String.join(" ", plan.targets().keySet())).isEqualTo(targets);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    nope | there is no target or group nope
                    z* | there is no target z*
                    """)
    void plan_ofUnknownNames(String name, String message) {
        assertThatThrownBy(() -> Bakes.hcl(FAMILY).plan(List.of(name), List.of()))
                .isInstanceOf(BakeException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> Bakes.hcl("target \"app\" {}").plan(List.of(), List.of()))
                .hasMessage("there is no target or group default");
    }

    /// An override and what `child` comes to.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    child.args.C=x | "C":"x"
                    base.args.A=x | "A":"x"
                    *.args.A=x | "A":"x"
                    ch*.tags=v1 | "tags":["v1"]
                    child.tags+=v1 | "tags":["mixin","v1"]
                    child.labels.l=x=y | "l":"x=y"
                    child.context=sub/ | "context":"sub"
                    child.platform=linux/386 | "platforms":["linux/386"]
                    child.platform+=linux/386 | "platforms":["linux/arm64","linux/386"]
                    child.output=type=local,dest=o | "output":[{"dest":"o","type":"local"}]
                    child.cache-from=c3 | "cache-from":[{"ref":"c3","type":"registry"}]
                    child.cache-from+=c3 | {"ref":"c2","type":"registry"},{"ref":"c3"
                    child.cache-to=type=inline | "cache-to":[{"type":"inline"}]
                    child.no-cache=true | "no-cache":true
                    child.pull=1 | "pull":true
                    child.network=host | "entitlements":["network.host"]
                    child.target=s | "target":"s"
                    child.dockerfile=D | "dockerfile":"D"
                    child.secrets=id=a | "secret":[{"id":"a"}]
                    child.ssh=default | "ssh":[{"id":"default"}]
                    child.contexts.b=dir | "contexts":{"b":"dir"}
                    child.annotations=a=b | "annotations":["a=b"]
                    child.attest=type=sbom | "attest":[{"type":"sbom"}]
                    child.entitlements=security.insecure | "entitlements":["security.insecure"]
                    child.no-cache-filter=x | "no-cache-filter":["x"]
                    child.extra-hosts.h=1.1.1.1 | "extra-hosts":{"h":"1.1.1.1"}
                    child.call=check | "call":"check"
                    child.push=true | "output":[{"push":"true","type":"image"}]
                    child.load=true | "output":[{"type":"docker"}]
                    child.args.VALUE | "VALUE":"from the environment"
                    """)
    void override_changesTheTarget(String override, String printed) throws Exception {
        var definition = Bakes.hcl(FAMILY, Map.of("VALUE", "from the environment"));
        assertThat(Bakes.target(definition, "child", override)).contains(printed);
    }

    @Test
    void overrides_ofOneKey_addUp() throws Exception {
        var printed = Bakes.target(Bakes.hcl(FAMILY), "child", "child.tags=a", "child.tags=b");
        assertThat(printed).contains("\"tags\":[\"a\",\"b\"]");
        assertThat(Bakes.target(Bakes.hcl(FAMILY), "child", "child.args.NONE"))
                .doesNotContain("NONE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    child | invalid override child | it is written target.key=value, as in app.tags=v1
                    child.tags | the override child.tags has no value | write child.tags=…
                    child.tag.x=1 | invalid key tag.x in an override | tag has no members
                    child.args=1 | invalid key args in an override | args needs a name, as in args.NAME=value
                    child.tgas=1 | unknown key tgas in an override | did you mean tags?
                    chidl.tags=1 | there is no target chidl | did you mean child?
                    child.pull=maybe | invalid value maybe for pull | it takes true or false
                    child.output=dest=x | invalid override of output: an output needs a type |
                    """)
    void override_thatMakesNoSense(String override, String message, String hint) {
        assertThatThrownBy(() -> Bakes.hcl(FAMILY).plan(List.of(), List.of(override)))
                .isInstanceOfSatisfying(
                        BakeException.class, e -> assertThat(e.hint()).isEqualTo(hint))
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    true | ["type=docker"] | [{"type":"docker"},{"push":"true","type":"image"}]
                    true | ["type=image"] | [{"push":"true","type":"image"}]
                    true | ["type=local,dest=o"] | [{"dest":"o","type":"local"}]
                    false | ["type=image,push=true", "type=registry"] | [{"push":"false","type":"image"}]
                    """)
    void push_decidesForImages(String push, String outputs, String expected) throws Exception {
        var definition = Bakes.hcl("target \"t\" { output = " + outputs + " }");
        assertThat(Bakes.own(definition, "t", "t.push=" + push))
                .isEqualTo("{\"output\":" + expected + "}");
    }

    @Test
    void matrix_givesATargetForEachCombination_andAGroup() throws Exception {
        var definition =
                Bakes.hcl(
                        """
                        target "app" {
                          name = "app-${tgt}-${replace(item.v, ".", "-")}"
                          matrix = {
                            tgt = ["lint", "test"]
                            item = [{ v = "1.0" }, { v = "2.0" }]
                          }
                          target = tgt
                          args = { V = item.v }
                        }
                        """);
        var plan = definition.plan(List.of("app"), List.of("app-*-2-0.args.X=1"));
        assertThat(plan.targets().keySet())
                .containsExactly("app-lint-1-0", "app-lint-2-0", "app-test-1-0", "app-test-2-0");
        assertThat(Bakes.of(plan.groups(), "app").targets()).hasSize(4);
        assertThat(Bakes.own(definition, "app-test-2-0"))
                .isEqualTo("{\"args\":{\"V\":\"2.0\"},\"target\":\"test\"}");
        assertThat(Bakes.of(plan.targets(), "app-lint-2-0").arguments())
                .contains("--build-arg=X=1");
        assertThat(Bakes.of(plan.targets(), "app-lint-1-0").arguments())
                .doesNotContain("--build-arg=X=1");
    }

    @Test
    void targets_referToEachOther() throws Exception {
        var definition =
                Bakes.hcl(
                        """
                        target "b" {
                          args = { V = target.a.args.V, T = target.a.tags[0], N = target.a.name }
                          dockerfile = target.a.dockerfile
                        }
                        target "a" {
                          args = { V = upper(v) }
                          tags = ["x"]
                        }
                        v = "v"
                        group "g" { targets = ["a"] }
                        target "c" { tags = group.g.targets }
                        """);
        assertThat(Bakes.own(definition, "b"))
                .isEqualTo("{\"args\":{\"N\":\"a\",\"T\":\"x\",\"V\":\"V\"},}".replace(",}", "}"));
        assertThat(Bakes.own(definition, "c")).isEqualTo("{\"tags\":[\"a\"]}");
    }

    @Test
    void targetsInContexts_areBuiltToo_andKeptOutOfTheStore() throws Exception {
        var file =
                """
                target "app" { contexts = { base = "target:base" } }
                target "base" {
                  tags = ["base"]
                  network = "host"
                }
                """;
        var plan = Bakes.hcl(file).plan(List.of("app"), List.of());
        assertThat(Bakes.of(plan.targets(), "base").isLinked()).isTrue();
        assertThat(Bakes.of(plan.targets(), "base").arguments())
                .contains("--output=type=cacheonly");
        assertThat(Bakes.of(plan.targets(), "app").targetContexts()).containsEntry("base", "base");
        assertThat(Bakes.of(plan.targets(), "app").arguments()).contains("--allow=network.host");
        var both = Bakes.hcl(file).plan(List.of("app", "base"), List.of());
        assertThat(Bakes.of(both.targets(), "base").isLinked()).isFalse();
        assertThat(Bakes.of(both.targets(), "base").arguments())
                .doesNotContain("--output=type=cacheonly");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    target:a |  | the target a is a context of itself
                    target:b | target:a | the targets a → b → a need each other
                    target:c |  | there is no target or group c
                    """)
    void targetsInContexts_thatCannotBe(String ofA, String ofB, String message) {
        var file =
                "target \"a\" { contexts = { x = \""
                        + ofA
                        + "\" } }\ntarget \"b\" { contexts = { x = \""
                        + (ofB == null ? "" : ofB)
                        + "\" } }";
        assertThatThrownBy(() -> Bakes.hcl(file).plan(List.of("a"), List.of())).hasMessage(message);
    }

    @Test
    void files_mergeInOrder_composeFirst() throws Exception {
        var definition =
                Bakes.files(
                        Map.of(),
                        new BakeSource("a.hcl", "target \"app\" { args = { A = 1, B = V } }"),
                        new BakeSource(
                                "b.json",
                                "{\"target\": {\"app\": {\"args\": {\"A\": \"2\"}, \"tags\": [\"json\"]}}, \"V\": \"set\"}"),
                        new BakeSource(
                                "compose.yml",
                                "services:\n  app:\n    image: img\n    build:\n      context: dir\n      args: {C: 3}\n"),
                        new BakeSource("c.hcl", "variable \"V\" { default = \"x\" }"));
        assertThat(Bakes.target(definition, "app"))
                .isEqualTo(
                        "{\"context\":\"dir\",\"dockerfile\":\"Dockerfile\",\"args\":{\"A\":\"2\","
                                + "\"B\":\"set\",\"C\":\"3\"},\"tags\":[\"json\"]}");
        assertThat(definition.plan(List.of(), List.of()).targets().keySet()).containsExactly("app");
    }

    @Test
    void print_isAgainABakeFile() throws Exception {
        var first = Bakes.hcl(FAMILY + "target \"x\" { args = { A = \"$${B} %%{C}\" } }");
        var printed = first.plan(List.of("*"), List.of()).toJson();
        assertThat(Bakes.json(printed).plan(List.of("*"), List.of()).targets().keySet())
                .isEqualTo(first.plan(List.of("*"), List.of()).targets().keySet());
        for (var name : List.of("base", "child", "mixin", "x")) {
            assertThat(Bakes.target(Bakes.json(printed), name))
                    .isEqualTo(Bakes.target(first, name));
        }
    }

    @Test
    void sourceDateEpoch_goesToEveryTarget_unlessItHasItsOwn() throws Exception {
        var definition =
                Bakes.hcl(
                        "target \"a\" {}\ntarget \"b\" { args = { SOURCE_DATE_EPOCH = 5 } }",
                        Map.of("SOURCE_DATE_EPOCH", "7"));
        assertThat(Bakes.own(definition, "a"))
                .isEqualTo("{\"args\":{\"SOURCE_DATE_EPOCH\":\"7\"}}");
        assertThat(Bakes.own(definition, "b"))
                .isEqualTo("{\"args\":{\"SOURCE_DATE_EPOCH\":\"5\"}}");
    }

    @Test
    void arguments_areACommandLineOfBuild() throws Exception {
        var definition =
                Bakes.hcl(
                        """
                        target "t" {
                          context = "ctx"
                          dockerfile = "sub/D"
                          target = "stage"
                          args = { A = "1,2" }
                          labels = { l = "v" }
                          tags = ["a", "b"]
                          annotations = ["k=v"]
                          contexts = { c = "dir", t = "target:o" }
                          cache-from = ["r"]
                          cache-to = ["type=local,dest=c"]
                          secret = ["id=s,src=f"]
                          ssh = ["default", "k=x,y"]
                          platforms = ["linux/amd64", "linux/arm64"]
                          output = [{ type = "image", name = "a,b" }]
                          pull = true
                          no-cache = true
                          no-cache-filter = ["s"]
                          network = "none"
                          extra-hosts = { h = "1.2.3.4" }
                          shm-size = "1g"
                          ulimits = ["nproc=1"]
                          resources = { memory = "1g" }
                          entitlements = ["security.insecure"]
                          attest = ["type=provenance,disabled=true", "type=sbom", "type=x,a=b"]
                          call = "check"
                        }
                        target "o" {}
                        """);
        assertThat(Bakes.of(definition.plan(List.of("t"), List.of()).targets(), "t").arguments())
                .containsExactly(
                        "--file=ctx/sub/D",
                        "--target=stage",
                        "--build-arg=A=1,2",
                        "--label=l=v",
                        "--annotation=k=v",
                        "--tag=a",
                        "--tag=b",
                        "--build-context=c=dir",
                        "--cache-from=ref=r,type=registry",
                        "--cache-to=dest=c,type=local",
                        "--secret=id=s,src=f",
                        "--ssh=default",
                        "--ssh=k=x,y",
                        "--platform=linux/amd64,linux/arm64",
                        "--output=\"name=a,b\",type=image",
                        "--pull",
                        "--no-cache",
                        "--no-cache-filter=s",
                        "--network=none",
                        "--add-host=h:1.2.3.4",
                        "--shm-size=1g",
                        "--ulimit=nproc=1",
                        "--resource=memory=1g",
                        "--allow=security.insecure",
                        "--call=check",
                        "--provenance=false",
                        "--sbom=true",
                        "--attest=a=b,type=x",
                        "--",
                        "ctx");
    }
}
