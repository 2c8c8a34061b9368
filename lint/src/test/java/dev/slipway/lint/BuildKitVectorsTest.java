package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.IgnorePatterns;
import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// BuildKit's own cases: the exact warnings of a file, with their lines.
class BuildKitVectorsTest {
    /// Cases that say nothing about us, and why.
    private static final Map<String, String> VACUOUS =
            Map.of(
                    "buildkit-072",
                    "the warnings wanted of all stages are on lines 3 and 4, where this text has an"
                            + " empty line and a FROM: they belong to another text");

    private final RuleBook book = RuleBook.load();

    @Test
    void warnings_areBuildKits() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Json.Obj vector : Vectors.lines("buildkit-check-cases.jsonl")) {
            String id = vector.text("id", "");
            Dockerfile file = Dockerfile.parseTolerant("Dockerfile", vector.text("dockerfile", ""));
            List<String> target = target(file, context(vector));
            List<String> wanted = wanted(vector.get("warnings"));
            if (!target.equals(wanted)) {
                wrong.add(id + "\n  want " + wanted + "\n  got  " + target);
            }
            if (vector.get("unmarshal_warnings") != null && !VACUOUS.containsKey(id)) {
                List<String> all = all(file, context(vector));
                List<String> wantedOfAll = wanted(vector.get("unmarshal_warnings"));
                if (!all.equals(wantedOfAll)) {
                    wrong.add(id + " (all)\n  want " + wantedOfAll + "\n  got  " + all);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private Linter linter() {
        return new Linter(book, LintConfig.DEFAULT, BaseImages.NONE);
    }

    private List<String> target(Dockerfile file, @Nullable ContextFiles context) {
        List<String> list = new ArrayList<>();
        for (BuildKitReport.Warning w : linter().check(file, context, null).warnings()) {
            list.add(text(w.verdict()));
        }
        list.sort(null);
        return list;
    }

    private List<String> all(Dockerfile file, @Nullable ContextFiles context) {
        List<String> list = new ArrayList<>();
        for (Finding finding : linter().lint(file, context)) {
            for (Verdict verdict : finding.verdicts()) {
                if (new RuleName(verdict.code(), null).tool() == RuleName.Tool.BUILDKIT) {
                    list.add(text(verdict));
                }
            }
        }
        list.sort(null);
        return list;
    }

    private static String text(Verdict verdict) {
        return verdict.line() + " " + verdict.code() + ": " + verdict.message();
    }

    private static @Nullable ContextFiles context(Json.Obj vector) throws Exception {
        String ignore = vector.text("dockerignore");
        IgnorePatterns patterns = IgnorePatterns.parse(ignore == null ? "" : ignore);
        return new ContextFiles() {
            @Override
            public IgnorePatterns ignored() {
                return patterns;
            }

            @Override
            public @Nullable List<File> files() {
                return null;
            }
        };
    }

    private static List<String> wanted(@Nullable Json warnings) throws Exception {
        List<String> list = new ArrayList<>();
        if (warnings instanceof Json.Arr(List<Json> values)) {
            for (Json value : values) {
                Json.Obj warning = (Json.Obj) value;
                list.add(
                        warning.number("line", 0)
                                + " "
                                + warning.text("rule")
                                + ": "
                                + warning.text("detail"));
            }
        }
        list.sort(null);
        return list;
    }
}
