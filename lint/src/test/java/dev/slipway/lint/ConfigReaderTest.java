package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class ConfigReaderTest {
    private static final String EVERYTHING =
            """
            failure-threshold: warning
            format: sarif
            formats: [tty, json]
            no-color: true
            no-fail: false
            verbose: false
            ignored: [DL3008, SC2086]
            override: { error: [DL3002], warning: [DL3042], info: [DL3032], style: [DL3015] }
            trustedRegistries: [docker.io, "*.gcr.io", "my-company.com:5000"]
            label-schema: { author: text, contact: email, created: rfc3339, version: semver, x: "" }
            strict-labels: true
            disable-ignore-pragma: true
            something-new: 1
            """;

    private final RuleBook book = RuleBook.load();

    @Test
    void hadolint_allKeys() throws Exception {
        LintConfig.Draft draft = new LintConfig.Draft();
        ConfigReader.hadolint(".hadolint.yaml", EVERYTHING, draft);
        LintConfig config = draft.build();
        assertThat(config.threshold()).isEqualTo(Severity.WARNING);
        assertThat(config.formats()).containsExactly("sarif", "tty", "json");
        assertThat(config.noColor()).isTrue();
        assertThat(config.severityOf(book.get("DL3008"))).isEqualTo(Severity.IGNORE);
        assertThat(config.severityOf(book.get("DL3002"))).isEqualTo(Severity.ERROR);
        assertThat(config.severityOf(book.get("DL3015"))).isEqualTo(Severity.STYLE);
        assertThat(config.rules().trustedRegistries()).hasSize(3);
        assertThat(config.rules().labels())
                .containsEntry("contact", LabelType.EMAIL)
                .containsEntry("x", LabelType.TEXT);
        assertThat(config.rules().strictLabels()).isTrue();
        assertThat(config.noPragmas()).isTrue();
    }

    @Test
    void override_theWorstCounts() throws Exception {
        LintConfig.Draft draft = new LintConfig.Draft();
        ConfigReader.hadolint("f", "override: {info: [DL3002], error: [DL3002]}", draft);
        ConfigReader.hadolint("f", "override: {style: [DS-0002]}", draft);
        assertThat(draft.build().severityOf(book.get("DL3002"))).isEqualTo(Severity.ERROR);
    }

    @Test
    void override_switchesOnWhatIsOff() throws Exception {
        assertThat(LintConfig.DEFAULT.severityOf(book.get("DL3057"))).isEqualTo(Severity.IGNORE);
        LintConfig.Draft draft = new LintConfig.Draft();
        ConfigReader.hadolint("f", "override: {info: [DL3057]}", draft);
        assertThat(draft.build().severityOf(book.get("DL3057"))).isEqualTo(Severity.INFO);
    }

    @Test
    void brokenFile_changesNothing() {
        LintConfig.Draft draft = new LintConfig.Draft();
        String text = "ignored: [DL3008]\nno-fail: perhaps\n";
        assertThatThrownBy(() -> ConfigReader.hadolint("f.yaml", text, draft))
                .isInstanceOf(ConfigException.class)
                .hasMessage("f.yaml: no-fail must be true or false");
        assertThat(draft.build().ignored()).isEmpty();
        assertThatThrownBy(() -> ConfigReader.hadolint("f.yaml", "a: [", draft))
                .isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> ConfigReader.hadolint("f.yaml", "- a\n", draft))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void slipway_doesAllThatAndMore() throws Exception {
        LintConfig.Draft draft = new LintConfig.Draft();
        List<String> unknown =
                ConfigReader.slipway(
                        "slipway.yaml",
                        """
                        name: other things
                        lint:
                          ignored: [DL3008]
                          rules: { unpinned-pip: "off", DL3006: error }
                          rule-set: "2025.1"
                          exclude: [vendor]
                          shellcheck: false
                          build-args: { VERSION: 3 }
                          platform: linux/arm64
                          typo: 1
                        """,
                        draft);
        LintConfig config = draft.build();
        assertThat(unknown).containsExactly("typo");
        assertThat(config.severityOf(book.get("DL3013"))).isEqualTo(Severity.IGNORE);
        assertThat(config.severityOf(book.get("DL3006"))).isEqualTo(Severity.ERROR);
        assertThat(config.ruleSet()).isEqualTo("2025.1");
        assertThat(config.excluded()).containsExactly("vendor");
        assertThat(config.shellCheck()).isFalse();
        assertThat(config.rules().buildArguments()).containsEntry("VERSION", "3");
        assertThat(config.rules().platform()).isEqualTo("linux/arm64");
    }

    @Test
    void environment_isTheWeakest() throws Exception {
        LintConfig.Draft draft = new LintConfig.Draft();
        ConfigSources.environment(
                Map.of(
                        "HADOLINT_FAILURE_THRESHOLD", "error",
                        "HADOLINT_IGNORE", "DL3000, DL3001",
                        "HADOLINT_OVERRIDE_STYLE", "DL3002",
                        "HADOLINT_NOFAIL", "Yes",
                        "HADOLINT_REQUIRE_LABELS", "a:url,b:nonsense",
                        "HADOLINT_TRUSTED_REGISTRIES", "one",
                        "HADOLINT_FORMAT", "json"),
                draft);
        ConfigReader.hadolint("f", "failure-threshold: style\nno-fail: false\n", draft);
        LintConfig config = draft.build();
        assertThat(config.threshold()).isEqualTo(Severity.STYLE);
        assertThat(config.noFail()).isFalse();
        assertThat(config.ignored()).containsExactlyInAnyOrder("DL3000", "DL3001");
        assertThat(config.severityOf(book.get("DL3002"))).isEqualTo(Severity.STYLE);
        assertThat(config.rules().labels()).containsOnlyKeys("a");
        assertThat(config.formats()).containsExactly("json");
    }

    @Test
    void search_order() {
        List<Path> files =
                ConfigSources.hadolintFiles(
                        Path.of("/w"), Map.of("HOME", "/h", "XDG_CONFIG_HOME", "/x"));
        assertThat(files)
                .containsExactly(
                        Path.of("/w/.hadolint.yaml"),
                        Path.of("/w/.hadolint.yml"),
                        Path.of("/x/hadolint.yaml"),
                        Path.of("/x/hadolint.yml"),
                        Path.of("/h/.hadolint/hadolint.yaml"),
                        Path.of("/h/.hadolint/hadolint.yml"),
                        Path.of("/h/.hadolint/config.yaml"),
                        Path.of("/h/.hadolint/config.yml"),
                        Path.of("/h/.hadolint.yaml"),
                        Path.of("/h/.hadolint.yml"));
    }
}
