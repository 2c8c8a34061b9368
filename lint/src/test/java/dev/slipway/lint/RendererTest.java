package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.image.Json;
import dev.slipway.lint.output.Renderer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/// Each format, to the byte where another tool's is to be met.
class RendererTest {
    private static final String UNTAGGED = "FROM debian\nUSER app\n";
    private static final String MESSAGE = "Always tag the version of an image explicitly";
    private static final LintConfig ONLY_TAGS =
            new LintConfig.Draft().ignore(List.of("DL3066")).build();

    private static LintReport report(String name, String text, LintConfig config) {
        Dockerfile file = Dockerfile.parseTolerant(name, text);
        Linter linter = new Linter(RuleBook.load(), config, BaseImages.NONE);
        LintReport.Result result = new LintReport.Result(name, file, linter.lint(file, null));
        return new LintReport(List.of(result), "9.9", Instant.parse("2026-08-07T15:12:00Z"));
    }

    private static String render(String format, String text) {
        Renderer renderer = Objects.requireNonNull(Renderer.of(format, false, null), format);
        return renderer.render(report("Dockerfile", text, ONLY_TAGS));
    }

    @Test
    void json_isHadolints() {
        assertThat(render("json", UNTAGGED))
                .isEqualTo(
                        "[{\"code\":\"DL3006\",\"column\":1,\"file\":\"Dockerfile\",\"level\":"
                                + "\"warning\",\"line\":1,\"message\":\""
                                + MESSAGE
                                + "\"}]");
    }

    @Test
    void gnu_isHadolints() {
        assertThat(render("gnu", UNTAGGED))
                .isEqualTo("hadolint:Dockerfile:1: DL3006 warning: " + MESSAGE + "\n");
    }

    @Test
    void gnu_ofBrokenFile_hasColumn() {
        assertThat(render("gnu", "FROM a:1\nRUNN x\n"))
                .isEqualTo(
                        "hadolint:Dockerfile:2:1: unknown instruction: RUNN (did you mean RUN?)\n");
    }

    @Test
    void checkstyle_isHadolints() {
        assertThat(render("checkstyle", UNTAGGED))
                .isEqualTo(
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><checkstyle version=\"4.3\">"
                                + "<file name=\"Dockerfile\"><error column=\"1\" line=\"1\""
                                + " message=\""
                                + MESSAGE
                                + "\" severity=\"warning\" source=\"DL3006\"/></file></checkstyle>");
    }

    @Test
    void checkstyle_ofCleanFile_namesIt() {
        assertThat(render("checkstyle", "FROM a:1\n"))
                .contains("<file name=\"Dockerfile\"></file>");
    }

    @Test
    void codeclimate_endsEachIssueInNul() {
        assertThat(render("codeclimate", UNTAGGED))
                .isEqualTo(
                        "{\"categories\":[\"Bug Risk\"],\"check_name\":\"DL3006\",\"description\":\""
                                + MESSAGE
                                + "\",\"location\":{\"lines\":{\"begin\":1,\"end\":1},\"path\":"
                                + "\"Dockerfile\"},\"severity\":\"major\",\"type\":\"issue\"}\0");
    }

    @Test
    void gitlab_isOneArrayWithFingerprints() throws Exception {
        Json json =
                Json.parse(render("gitlab_codeclimate", UNTAGGED).getBytes(StandardCharsets.UTF_8));
        Json.Obj issue = (Json.Obj) ((Json.Arr) json).values().getFirst();
        assertThat(issue.text("fingerprint")).matches("[0-9a-f]{40}");
    }

    @Test
    void codacy_isHadolints() {
        assertThat(render("codacy", UNTAGGED))
                .isEqualTo(
                        "{\"filename\":\"Dockerfile\",\"line\":1,\"message\":\""
                                + MESSAGE
                                + "\",\"patternId\":\"DL3006\"}");
    }

    @Test
    void sonarqube_isHadolints() {
        assertThat(render("sonarqube", UNTAGGED))
                .isEqualTo(
                        "{\"issues\":[{\"engineId\":\"Hadolint\",\"primaryLocation\":{\"filePath\":"
                                + "\"Dockerfile\",\"message\":\""
                                + MESSAGE
                                + "\",\"textRange\":{\"endColumn\":1,\"endLine\":1,\"startColumn\":0,"
                                + "\"startLine\":1}},\"ruleId\":\"DL3006\",\"severity\":\"MAJOR\","
                                + "\"type\":\"CODE_SMELL\"}]}");
    }

    @Test
    void junit_isHadolints() {
        assertThat(render("junit", UNTAGGED))
                .isEqualTo(
                        "<testsuites id=\"20260807_151200\" name=\"Hadolint run at 2026-08-07"
                                + " 15:12:00\" time=\"0.001\"><testsuite errors=\"0\" failures=\"1\""
                                + " id=\"hadolint\" name=\"Hadolint 9.9\" time=\"0.001\"><testcase"
                                + " id=\"hadolint.rule.DL3006\" time=\"0.001\"><failure"
                                + " id=\"DL3006\" message=\""
                                + MESSAGE
                                + "\" type=\"warning\">File: Dockerfile\nLine: 1\nCategory: Hadolint"
                                + " - Dockerfile Static Analysis\nwarning: "
                                + MESSAGE
                                + "\n</failure></testcase></testsuite></testsuites>");
    }

    @Test
    void github_hasExactPlace() {
        assertThat(render("github", UNTAGGED))
                .isEqualTo(
                        "::warning file=Dockerfile,line=1,endLine=1,col=6,endColumn=12,"
                                + "title=DL3006 untagged-base::"
                                + MESSAGE
                                + "\n");
    }

    @Test
    void tty_marksTheSource() {
        assertThat(render("tty", UNTAGGED))
                .startsWith(
                        "Dockerfile:1:6 DL3006 warning: "
                                + MESSAGE
                                + "\n  1 | FROM debian\n    |      ^^^^^^\n  untagged-base: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tty", "gnu", "github"})
    void textFormats_tellATerminalNothing(String format) {
        for (String control : List.of("\033[31m", "\u009B31m", "\u007F", "\b", "\u0000")) {
            String text =
                    "FROM deb" + control + "ian AS x\nF" + control + " x\nCOPY --from=x\" a b\n";
            for (String line : render(format, text).lines().toList()) {
                assertThat(line.chars()).noneMatch(c -> c != '\t' && Character.isISOControl(c));
            }
        }
        assertThat(render(format, "FR\033[31mOM a\n")).contains("FR?[31mOM");
    }

    @Test
    void tty_showsNoControlCharacters() {
        assertThat(render("tty", "FROM deb\033[31mian\n")).doesNotContain("\033");
        assertThat(render("tty", "F\033[31mROM debian\n")).doesNotContain("\033");
    }

    private static Json.Obj sarifRun(String text) throws Exception {
        byte[] json = render("sarif", text).getBytes(StandardCharsets.UTF_8);
        return (Json.Obj) ((Json.Arr) member(Json.parseObject(json), "runs")).values().getFirst();
    }

    private static Json member(Json.Obj object, String name) {
        return Objects.requireNonNull(object.get(name), name);
    }

    private static Json.Obj onlyResult(Json.Obj run) {
        return (Json.Obj) ((Json.Arr) member(run, "results")).values().getFirst();
    }

    @Test
    void sarif_hasRulesAndFixes() throws Exception {
        Json.Obj run = sarifRun("FROM a:1\nEXPOSE 80/TCP\n");
        Json.Obj driver = (Json.Obj) member((Json.Obj) member(run, "tool"), "driver");
        Json.Obj rule = (Json.Obj) ((Json.Arr) member(driver, "rules")).values().getFirst();
        assertThat(rule.text("name")).isEqualTo("expose-protocol-casing");
        assertThat(((Json.Obj) member(rule, "help")).text("markdown")).contains("## Why");
        Json.Obj result = onlyResult(run);
        assertThat(result.text("ruleId")).isEqualTo(rule.text("id"));
        assertThat(member(result, "fixes").toString()).contains("80/tcp");
    }

    @Test
    void sarif_fingerprintStays_whenLinesMove() throws Exception {
        Json.Obj here = onlyResult(sarifRun("FROM debian\nUSER app\n"));
        Json.Obj moved = onlyResult(sarifRun("# a comment\n\nFROM debian\nUSER app\n"));
        assertThat(moved.get("partialFingerprints")).isEqualTo(here.get("partialFingerprints"));
        assertThat(moved.get("locations")).isNotEqualTo(here.get("locations"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "sarif", "sonarqube", "gitlab_codeclimate"})
    void jsonFormats_areWellFormed_whateverTheFileHolds(String format) throws Exception {
        String text = "FROM \"a\\\u0001<&>'\u2028\nRUN \u0000 \"\nLABEL \uD800=1\nWORKDIR x\n";
        Json.parse(render(format, text).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"checkstyle", "junit"})
    void xmlFormats_areWellFormed_whateverTheFileHolds(String format) throws Exception {
        String text = "FROM \"a\\\u0001<&>'\nRUN ]]> \u0000 \"\nUSER 0\nWORKDIR <x>&\n";
        javax.xml.parsers.DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(
                        new java.io.ByteArrayInputStream(
                                render(format, text).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void everyFormat_hasARenderer() {
        for (String format : Renderer.FORMATS) {
            assertThat(render(format, UNTAGGED)).as(format).isNotNull();
        }
    }
}
