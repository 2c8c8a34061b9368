package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// hadolint's own cases: each looks at one rule, or at ShellCheck's as a whole.
class HadolintVectorsTest {
    /// Cases that say nothing about us, and why.
    private static final Map<String, String> VACUOUS = Map.of();

    private final RuleBook book = RuleBook.load();

    @Test
    void verdicts_areHadolints() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Json.Obj vector : Vectors.lines("hadolint-cases.jsonl")) {
            String id = vector.text("id", "");
            if (!VACUOUS.containsKey(id)) {
                String complaint = check(vector);
                if (complaint != null) {
                    wrong.add(id + ": " + complaint + "\n" + vector.text("dockerfile", ""));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private @Nullable String check(Json.Obj vector) throws Exception {
        String text = vector.text("dockerfile", "") + "\n";
        if (vector.flag("onbuild")) {
            text = inTriggers(text);
        }
        Linter linter = new Linter(book, config(vector), BaseImages.NONE);
        List<Finding> found = linter.lint(Dockerfile.parseTolerant("Dockerfile", text), null);
        String rule = vector.text("rule");
        long count = 0;
        List<String> codes = new ArrayList<>();
        for (Finding finding : found) {
            for (Verdict verdict : finding.verdicts()) {
                boolean counts =
                        rule == null
                                ? verdict.code().startsWith("SC")
                                : verdict.code().equals(rule);
                count += counts ? 1 : 0;
                codes.add(verdict.code());
            }
        }
        if (vector.text("kind", "").equals("none-at-all")) {
            count = codes.stream().filter(code -> code.matches("(DL|SC).*")).count();
        }
        long wanted = vector.number("count", 0);
        boolean exact = vector.text("count_op", "").equals("==");
        return exact
                ? (count == wanted
                        ? null
                        : "want " + wanted + " of " + rule + ", not " + count + " " + codes)
                : (count >= wanted ? null : "want " + rule + ", not " + codes);
    }

    private static String inTriggers(String text) {
        // As hadolint's tests do: every RUN becomes that of an ONBUILD.
        StringBuilder out = new StringBuilder();
        for (String line : text.split("(?<=\n)", -1)) {
            out.append(line.startsWith("RUN ") ? "ONBUILD " + line : line);
        }
        return out.toString();
    }

    private static LintConfig config(Json.Obj vector) throws Exception {
        LintConfig.Draft draft = new LintConfig.Draft();
        // In these cases severities are off: all rules are on.
        draft.override("DL1001", Severity.INFO).override("DL3057", Severity.INFO);
        if (vector.get("config") instanceof Json.Obj config) {
            if (config.get("allowedRegistries") instanceof Json.Arr(List<Json> values)) {
                for (Json value : values) {
                    draft.trust(((Json.Str) value).text());
                }
            }
            if (config.get("labelSchema") instanceof Json.Obj schema) {
                for (String label : schema.members().keySet()) {
                    LabelType type = LabelType.of(schema.text(label, ""));
                    draft.label(label, type == null ? LabelType.TEXT : type);
                }
            }
            draft.strictLabels(config.flag("strictLabels"));
        }
        return draft.build();
    }
}
