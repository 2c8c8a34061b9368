package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.IgnorePatterns;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The documentation of each rule, held against what the rule does.
class RuleBookTest {
    private static final RuleBook BOOK = RuleBook.load();

    static Collection<Rule> rules() {
        return BOOK.rules();
    }

    private static List<String> found(Rule rule, String text) throws Exception {
        LintConfig config =
                new LintConfig.Draft()
                        .override(rule.name(), Severity.ERROR)
                        .trust("registry.internal.example")
                        .trust("docker.io")
                        .label("team", LabelType.TEXT)
                        .label("documentation", LabelType.URL)
                        .label("created", LabelType.RFC3339)
                        .label("license", LabelType.SPDX)
                        .label("revision", LabelType.HASH)
                        .label("version", LabelType.SEMVER)
                        .label("contact", LabelType.EMAIL)
                        .strictLabels(true)
                        .shellCheck(false)
                        .build();
        ContextFiles context = new ExampleContext(IgnorePatterns.parse("secret.txt\nbuild\n"));
        List<String> names = new ArrayList<>();
        Linter linter = new Linter(BOOK, config, new ExampleImages());
        for (Finding finding : linter.lint(Dockerfile.parseTolerant("Dockerfile", text), context)) {
            names.add(finding.rule().name());
        }
        return names;
    }

    @ParameterizedTest
    @MethodSource("rules")
    void badExample_isReported(Rule rule) throws Exception {
        boolean installed = rule.name().equals("shellcheck"); // ShellCheckTest looks at that
        if (rule.needs() != Evidence.BUILD && !installed) {
            assertThat(found(rule, rule.text().bad())).contains(rule.name());
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void goodExample_isNotReported(Rule rule) throws Exception {
        boolean label = rule.name().equals("missing-label");
        if (rule.needs() != Evidence.BUILD && !label) {
            assertThat(found(rule, rule.text().good())).doesNotContain(rule.name());
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void documentation_isComplete(Rule rule) {
        RuleText text = rule.text();
        assertThat(List.of(text.what(), text.why(), text.bad(), text.good(), text.remedy()))
                .noneMatch(String::isBlank);
        assertThat(rule.id()).matches("SLW\\d{4}");
        assertThat(rule.name()).matches("[a-z0-9-]+");
        assertThat(rule.since()).matches("\\d{4}\\.\\d+");
    }

    /// A context with one ignore file.
    private record ExampleContext(IgnorePatterns ignored) implements ContextFiles {
        @Override
        public @Nullable List<File> files() {
            return List.of(
                    new File(".env", 10),
                    new File(".git/config", 5_000_000),
                    new File("module/build/out.o", 10),
                    new File("public.txt", 10));
        }
    }
}
