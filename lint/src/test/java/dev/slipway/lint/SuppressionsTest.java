package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dockerfile.Dockerfile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

class SuppressionsTest {
    private static final RuleBook BOOK = RuleBook.load();

    private static List<String> codes(LintConfig config, String text) {
        List<String> codes = new ArrayList<>();
        Linter linter = new Linter(BOOK, config, BaseImages.NONE);
        for (Finding finding : linter.lint(Dockerfile.parseTolerant("Dockerfile", text), null)) {
            codes.add(finding.code());
        }
        return codes;
    }

    private static List<String> codes(String text) {
        return codes(LintConfig.DEFAULT, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# hadolint ignore=DL3000",
                "# hadolint ignore = DL3001 , DL3000 # reason",
                "# check=skip=WorkdirRelativePath // reason",
                "# check=skip=all",
                "#trivy:ignore:DS-0009",
                "#trivy:ignore:AVD-DS-0009",
                "# checkov:skip=CKV_DOCKER_10: reason",
                "# slipway ignore=relative-workdir",
                "# slipway ignore=SLW2001 // reason"
            })
    void commentOfAnyTool_silencesTheFinding(String comment) {
        assertThat(codes("FROM a:1\nWORKDIR x\n")).containsExactly("DL3000");
        assertThat(codes("FROM a:1\n" + comment + "\nWORKDIR x\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# hadolint ignore=DL3000\n\n", // not right above
                "# hadolint ignore=DL3000\n# hadolint ignore=DL3001\n", // only the last counts
                "# hadolint ignore=DL3000;DL3001\n", // cannot be read
                "# hadolint ignore=WorkdirRelativePath\n", // no code of hadolint's
                "# check=skip=StageNameCasing\n",
                "# slipway ignore=untagged-base\n"
            })
    void otherComment_silencesNothing(String comment) {
        assertThat(codes("FROM a:1\n" + comment + "WORKDIR x\n")).containsExactly("DL3000");
    }

    @Test
    void stageComment_coversItsStageOnly() {
        String text =
                "# hadolint stage ignore=DL3000\nFROM a:1 AS x\nWORKDIR x\nFROM a:1\nWORKDIR y\n";
        assertThat(codes(text)).containsExactly("DL3000");
    }

    @Test
    void globalComment_coversTheFile() {
        assertThat(codes("FROM a:1\nWORKDIR x\n# hadolint global ignore=DL3000\nWORKDIR y\n"))
                .isEmpty();
    }

    @Test
    void directive_skipsInTheWholeFile() {
        assertThat(codes("# check=skip=WorkdirRelativePath\nFROM a:1\nWORKDIR x\n")).isEmpty();
    }

    @Test
    void commentInsideAnInstruction_silencesOurs() {
        String run = "FROM a:1\nRUN apk add \\\n  # slipway ignore=unpinned-apk,DL3019\n  curl\n";
        assertThat(codes(run)).isEmpty();
        assertThat(codes(run.replace("unpinned-apk,", ""))).containsExactly("DL3018");
    }

    @Test
    void comments_doNothing_ifTheConfigurationSaysSo() {
        LintConfig config = new LintConfig.Draft().noPragmas(true).build();
        assertThat(codes(config, "FROM a:1\n# hadolint ignore=DL3000\nWORKDIR x\n"))
                .containsExactly("DL3000");
    }

    @Test
    void ignored_knowsEveryName() {
        for (String name :
                List.of("DL3000", "ds-0009", "CKV_DOCKER_10", "WorkdirRelativePath", "SLW2001")) {
            LintConfig config = new LintConfig.Draft().ignore(List.of(name)).build();
            assertThat(codes(config, "FROM a:1\nWORKDIR x\n")).as(name).isEmpty();
        }
    }

    @Test
    void shellComment_saysWhatRunsScripts() {
        String run = "FROM a:1\nRUN Get-Variable X | Select-Object $y\n";
        assertThat(codes(run)).isNotEmpty();
        assertThat(codes("# hadolint shell=powershell\n" + run)).isEmpty();
    }

    @Test
    void laterRules_areInformation() {
        Rule later =
                new Rule(
                        "SLW9999",
                        "later",
                        Severity.ERROR,
                        "2030.1",
                        Evidence.TEXT,
                        false,
                        FixKind.NONE,
                        List.of(),
                        new RuleText("", "", "", "", ""));
        assertThat(LintConfig.DEFAULT.severityOf(later)).isEqualTo(Severity.INFO);
        LintConfig newer = new LintConfig.Draft().ruleSet("2030.1").build();
        assertThat(newer.severityOf(later)).isEqualTo(Severity.ERROR);
    }
}
