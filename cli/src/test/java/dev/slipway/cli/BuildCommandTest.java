package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Builds without RUN, which work for anybody, in this process.
class BuildCommandTest {
    @TempDir Path directory;
    private Path context = Path.of("");

    @BeforeEach
    void files() throws Exception {
        context = Files.createDirectory(directory.resolve("context"));
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM scratch AS first
                COPY a.txt /a
                FROM scratch
                ARG WHO=nobody
                LABEL who=$WHO
                COPY --from=first /a /b
                CMD ["/b"]
                """);
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

    private static String withoutTimes(String text) {
        return text.replaceAll("[0-9]+\\.[0-9]s", "N.Ns").replaceAll("[0-9a-f]{12}\\b", "ID");
    }

    @Test
    void build_thenAgain_thenChanged_asPlainProgressTellsIt() throws Exception {
        String folder = context.toString();
        Invocation first = slipway("build", "-t", "app", folder);
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.out()).isEmpty();
        assertThat(withoutTimes(first.err()))
                .isEqualTo(
                        """
                        #1 [first 1/1] COPY a.txt /a
                        #1 DONE N.Ns

                        #2 [stage-1 1/1] COPY --from=first /a /b
                        #2 DONE N.Ns

                        Built ID as app:latest: 2 steps done, 0 from the cache
                        """);
        Invocation again = slipway("build", "-t", "app", folder);
        assertThat(withoutTimes(again.err()))
                .contains("CACHED")
                .doesNotContain("DONE")
                .contains(": 0 steps done");
        Files.writeString(context.resolve("a.txt"), "two\n");
        Invocation changed = slipway("build", "-t", "app", "--explain", folder);
        assertThat(changed.err()).contains("cache miss: 1 of 1 file changed: a.txt (content)");
    }

    @Test
    void build_quiet_printsTheImageIdAlone() {
        Invocation run = slipway("build", "-q", context.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).matches("sha256:[0-9a-f]{64}\n");
        Invocation other = slipway("build", "--progress=quiet", context.toString());
        assertThat(other.err()).isEmpty();
    }

    @Test
    void build_rawjson_isBuildKitsShape() {
        Invocation run = slipway("build", "--progress=rawjson", context.toString());
        assertThat(run.err().lines())
                .allMatch(l ->
                        l.startsWith("{\"vertexes\":[{\"digest\":\"sha256:")
                                || l.startsWith("{\"slipway\":{"))
                .anyMatch(l -> l.contains("\"completed\":\""))
                .anyMatch(l -> l.contains("\"event\":\"finished\""));
    }

    @Test
    void build_tty_keepsToTheWindowAndLeavesItClean() {
        Map<String, String> narrow = Map.of("COLUMNS", "40");
        Invocation run = with(narrow, "", "build", "--progress=tty", context.toString());
        assertThat(run.code()).as(run.err()).isZero();
        String text = run.err();
        assertThat(text).contains("\u001b[?25l"); // the cursor is hidden …
        assertThat(text.lastIndexOf("\u001b[?25h")).isGreaterThan(text.lastIndexOf("\u001b[?25l"));
        assertThat(text).contains("(2/2) FINISHED");
        int begin = text.indexOf("[+]");
        int end = text.lastIndexOf("\u001b[?25h");
        assertThat(text.substring(begin, end).lines())
                .allSatisfy(l ->
                        assertThat(l.replaceAll("\u001b\\[[?0-9;]*[A-Za-z]", ""))
                                .hasSizeLessThanOrEqualTo(40));
    }

    @Test
    void build_argumentsAndLabels_reachTheImage() {
        Map<String, String> env = Map.of("WHO", "ada", "SOURCE_DATE_EPOCH", "86400");
        Invocation run =
                with(
                        env,
                        "",
                        "build",
                        "--build-arg",
                        "WHO",
                        "--label",
                        "a=b=c",
                        "--label",
                        "bare",
                        "-t",
                        "app",
                        context.toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(slipway("inspect", "-f", "{{json .Config.Labels}} {{.Created}}", "app").out())
                .isEqualTo("{\"a\":\"b=c\",\"bare\":\"\",\"who\":\"ada\"} 1970-01-02T00:00:00Z\n");
    }

    @Test
    void build_dockerfileFromStandardInput() {
        Invocation run = with(Map.of(), "FROM scratch\nLABEL x=y\n", "build", "-t", "in", "-");
        assertThat(run.code()).as(run.err()).isZero();
        run =
                with(
                        Map.of(),
                        "FROM scratch\nCOPY a.txt /\n",
                        "build",
                        "-f",
                        "-",
                        context.toString());
        assertThat(run.code()).as(run.err()).isZero();
    }

    @Test
    void build_output_toDirectoryAndStandardOutput() {
        Path out = directory.resolve("out");
        assertThat(slipway("build", "-o", out.toString(), context.toString()).code()).isZero();
        assertThat(out.resolve("b")).hasContent("one\n");
        Invocation tar = slipway("build", "-o", "-", context.toString());
        assertThat(tar.out()).contains("ustar", "one\n");
    }

    @Test
    void build_plan_doesNothing() {
        Invocation run = slipway("build", "--plan", context.toString());
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("COPY a.txt /a", "COPY --from=first /a /b");
        assertThat(slipway("build", "--plan", "--format=json", context.toString()).out())
                .startsWith("{\"steps\":[");
        assertThat(slipway("images", "-q").out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--cache-to=type=gha | --cache-to type=gha is not available | 2",
                "--provenance=max | invalid provenance: a provenance does not know \"max\" | 2",
                "--provenance=mode=all | invalid provenance: mode is min or max | 2",
                "--attest=type=vex | invalid value \"type=vex\" for --attest | 2",
                "--sbom=true | --sbom is not available | 2",
                "--attest=type=sbom | --sbom is not available | 2",
                "--annotation=a | invalid --annotation: annotation \"a\" is not KEY=VALUE | 2",
                "--annotation=index:a=b | the annotation a is for an index | 1",
                "--squash=some | invalid value \"some\" for --squash | 2",
                "--platform=linux/amd64,no/such/platform/at/all | invalid platform | 1",
                "-o type=local,dest=x,mode=delete | Allow it with --allow buildx.local.delete | 2",
                "-o type=tar,dest=- -o - | only one output can go to standard output | 1",
                "-o type=tar,dest=no/x -o type=oci,dest=./no/x | two outputs go to ./no/x | 1",
                "--progress=loud | invalid value \"loud\" for --progress | 2",
                "--secret=src=x | a --secret has no id | 2",
                "--secret=id=x,src=no-such | --secret x: there is no file no-such | 2",
                "--output=type=wrong | invalid --output: unknown output type | 2",
                "--add-host=x | invalid --add-host | 2",
                "--target=none | there is no stage \"none\" | 1",
                "-f no-such | there is no no-such | 1",
                "-t BAD | repository | 1",
            })
    void build_refusals_sayWhy(String flags, String message, int code) {
        String[] words = ("build " + flags + " " + context).split(" ");
        Invocation run = slipway(words);
        assertThat(run.err()).startsWith("error: ").contains(message).doesNotContain("\tat ");
        assertThat(run.code()).isEqualTo(code);
    }

    @Test
    void build_call_saysWhatTheDockerfileSays() {
        String folder = context.toString();
        assertThat(slipway("build", "--call=targets", folder).out())
                .isEqualTo("TARGET      DESCRIPTION\nfirst\n(default)\n");
        assertThat(slipway("build", "--call=outline,format=json", folder).out())
                .contains("\"name\": \"WHO\"", "\"value\": \"nobody\"");
        assertThat(slipway("build", "--call=subrequests.describe", "--format=json", folder).out())
                .contains("frontend.outline");
        assertThat(slipway("build", "--call=nope", folder).err())
                .contains("build, check, outline, targets or subrequests.describe");
        assertThat(slipway("images", "-q").out()).isEmpty();
    }

    @Test
    void build_check_saysWhatBuildKitSays() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch as Base\nCOPY . /\n");
        Invocation check = slipway("build", "--check", context.toString());
        assertThat(check.code()).isEqualTo(1);
        assertThat(check.out())
                .startsWith("Check complete, 2 warnings have been found!\n\nWARNING: FromAsCasing")
                .contains("Stage name 'Base' should be lowercase", "   1 | >>> FROM scratch");
        Invocation json = slipway("build", "--call=check,format=json", context.toString());
        assertThat(json.out()).contains("\"ruleName\": \"StageNameCasing\"");
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY . /\n");
        Invocation clean = slipway("build", "--check", context.toString());
        assertThat(clean.out()).isEqualTo("Check complete, no warnings found.\n");
        assertThat(clean.code()).isZero();
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch as b\n#\t\033[2J\n");
        Invocation hostile = slipway("build", "--check", context.toString());
        assertThat(hostile.out()).contains("#\t?[2J").doesNotContain("\033");
    }

    @Test
    void build_lint_countsAfterWork_andRefusesIfAsked() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch as base\nCOPY . /\n");
        String folder = context.toString();
        Invocation refused = slipway("build", "--lint=error", folder);
        assertThat(refused.code()).isEqualTo(3);
        assertThat(slipway("images", "-q").out()).isEmpty();
        assertThat(slipway("build", folder).err()).contains("Lint: 1 warning in");
        assertThat(slipway("build", folder).err()).doesNotContain("Lint:");
        assertThat(slipway("build", "--lint=warn", folder).err()).contains("Lint:");
        assertThat(slipway("build", "--no-cache", "--lint=off", folder).err())
                .doesNotContain("Lint:");
    }

    @Test
    void build_lintOfTextFromStandardInput_namesNoFile() {
        Invocation run =
                with(Map.of(), "FROM scratch as base\nLABEL x=y\n", "build", "--lint=warn", "-");
        assertThat(run.err()).contains("Lint: 1 warning in the Dockerfile; see slipway lint -");
    }

    @Test
    void build_check_ofADockerfileElsewhere_doesNotReadTheOneHere() {
        String address = "http://localhost:1/Dockerfile";
        Invocation run = slipway("build", "--check", "-f", address, context.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("the Dockerfile is in no directory of this machine");
    }

    @Test
    void build_check_findsTheDockerfileInLowerCase() throws Exception {
        Files.delete(context.resolve("Dockerfile"));
        Files.writeString(context.resolve("dockerfile"), "FROM scratch as base\nCOPY . /\n");
        assertThat(slipway("build", "--check", context.toString()).out())
                .contains("1 warning has been found");
    }

    @Test
    void build_outputIntoNoDirectory_namesTheFileThatWasAskedFor() {
        String file = directory.resolve("none/app.tar").toString();
        Invocation run = slipway("build", "-o", "type=oci,dest=" + file, context.toString());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .contains("failed: " + file + ": no such file or directory")
                .doesNotContain(".app.tar");
    }

    @Test
    void build_loadBesidesAnotherOutput_givesBoth() {
        Path out = directory.resolve("out");
        Invocation run =
                slipway(
                        "build",
                        "-q",
                        "--load",
                        "-t",
                        "app",
                        "-o",
                        out.toString(),
                        context.toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(out.resolve("b")).hasContent("one");
        assertThat(slipway("images", "-q").out()).isNotEmpty();
    }

    @Test
    void build_defaultPlatform_comesFromTheEnvironment() {
        Map<String, String> env = Map.of("DOCKER_DEFAULT_PLATFORM", "linux/s390x");
        assertThat(with(env, "", "build", "-t", "app", context.toString()).code()).isZero();
        assertThat(slipway("inspect", "-f", "{{.Architecture}}", "app").out()).isEqualTo("s390x\n");
    }

    @ParameterizedTest
    @CsvSource({
        "--provenance=false",
        "--sbom=false",
        "'--attest=type=sbom,disabled=true'",
        "--load",
        "--rm",
        "--force-rm=true"
    })
    void build_flagsThatChangeNothing_areAccepted(String flag) {
        assertThat(slipway("build", "-q", flag, context.toString()).code()).isZero();
    }

    @Test
    void build_errorsPointAtThePlace() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCPOY a b\n");
        assertThat(slipway("build", context.toString()).err())
                .isEqualTo(
                        """
                        error: unknown instruction: CPOY
                          --> Dockerfile:2:1
                          2 | CPOY a b
                            | ^^^^
                        hint: Did you mean COPY?
                        """);
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY a.tx /\n");
        assertThat(slipway("build", context.toString()).err())
                .contains(
                        "error: [1/1] COPY a.tx /: ",
                        "  --> Dockerfile:2\n  2 | COPY a.tx /\n",
                        "a.txt");
    }

    @Test
    void saveThenLoad_givesTheSameImage() {
        assertThat(slipway("build", "-q", "-t", "app", context.toString()).code()).isZero();
        String id = slipway("images", "-q", "--no-trunc").out();
        Path archive = directory.resolve("app.tar");
        assertThat(slipway("save", "-o", archive.toString(), "app").code()).isZero();
        assertThat(slipway("rmi", "app").code()).isZero();
        assertThat(slipway("load", "-i", archive.toString()).out())
                .isEqualTo("Loaded image: app:latest\n");
        assertThat(slipway("images", "-q", "--no-trunc").out()).isEqualTo(id);
        Path layout = directory.resolve("layout");
        assertThat(slipway("save", "--format", "oci-dir", "-o", layout.toString(), "app").code())
                .isZero();
        assertThat(layout.resolve("index.json")).exists();
        assertThat(slipway("load", "-i", layout.toString()).code()).isZero();
    }

    @Test
    void prune_asksFirst_andCacheOutlivesImages() {
        assertThat(slipway("build", "-q", "-t", "app", context.toString()).code()).isZero();
        Invocation refused = with(Map.of(), "n\n", "system", "prune", "-a");
        assertThat(refused.out())
                .startsWith("WARNING! This will remove ")
                .doesNotContain("reclaimed");
        assertThat(slipway("rmi", "app").code()).isZero();
        assertThat(slipway("build", context.toString()).err()).contains(": 0 steps done");
        Invocation agreed = with(Map.of(), "y\n", "system", "prune", "-a");
        assertThat(agreed.out()).contains("Total reclaimed space: ");
        assertThat(slipway("system", "df", "--format", "{{.Type}} {{.TotalCount}}").out())
                .isEqualTo("Images 0\nContainers 0\nLocal Volumes 0\nBuild Cache 0\nLeftovers 0\n");
        assertThat(slipway("build", context.toString()).err()).contains(": 2 steps done");
    }
}
