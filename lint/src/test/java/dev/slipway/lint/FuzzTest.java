package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Edit;
import dev.slipway.dockerfile.IgnorePatterns;
import dev.slipway.dockerfile.Problem;
import dev.slipway.dockerfile.Range;
import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Mutated Dockerfiles: nothing may crash, hang or point outside the file, and changes must keep
/// their promises. `-Dslipway.fuzz=1000000` sets how many, `-Dslipway.fuzz.seed` which.
class FuzzTest {
    private static final int COUNT =
            Integer.getInteger("slipway.fuzz", System.getenv("CI") != null ? 100_000 : 10_000);
    private static final long SEED = Long.getLong("slipway.fuzz.seed", 1);
    private static final RuleBook BOOK = RuleBook.load();

    private static final String WHOLE =
            """
            # syntax=docker/dockerfile:1
            ARG VERSION=1
            FROM --platform=$BUILDPLATFORM debian:${VERSION} as build
            SHELL ["/bin/bash", "-o", "pipefail", "-c"]
            RUN --mount=type=cache,target=/var/cache/apt set -ex; \\
                # a comment
                apt-get update && apt-get install -y curl=7 "lib$X" \\
                  'a b' && \\
                if [ -n "$A" ]; then for f in *.c; do wget "$f" | tee -a log; done; \\
                else case `uname -m` in x86*) cd /x;; *) exit 1;; esac; fi
            RUN <<-EOF
            \t#!/bin/bash
            \tset -e
            \tx=$(cat <<IN
            \t$HOME
            \tIN
            \t)
            \techo ${x:-$((1 + 2))} [[ a == b ]]
            \tEOF
            COPY <<"A" <<B /data/
            one $X
            A
            two
            B
            FROM scratch
            COPY --from=build --chown=1:1 ["/a b", "/c/"]
            ENV A=1 B="two words" C=th\\ ree
            ENV old style $A
            ONBUILD RUN sudo pip install x
            HEALTHCHECK --interval=5s CMD curl -f http://localhost || exit 1
            EXPOSE 80/tcp 8080-8090
            USER root
            ENTRYPOINT exec app "$@"
            """;

    private final LintConfig config =
            new LintConfig.Draft()
                    .trust("docker.io")
                    .label("team", LabelType.URL)
                    .strictLabels(true)
                    .experimental("all")
                    .override("DL3057", Severity.INFO)
                    .build();
    private final Linter linter = new Linter(BOOK, config, new ExampleImages());
    private final ContextFiles context =
            new ContextFiles() {
                @Override
                public IgnorePatterns ignored() {
                    return IgnorePatterns.NONE;
                }

                @Override
                public @Nullable List<File> files() {
                    return List.of(new File(".git/x", 1 << 30), new File("a", 1));
                }
            };

    private static List<String> seeds() throws Exception {
        List<String> seeds = new ArrayList<>();
        for (Rule rule : BOOK.rules()) {
            seeds.add(rule.text().bad());
            seeds.add(rule.text().good());
        }
        seeds.add(WHOLE);
        seeds.add("# escape=`\n" + WHOLE.replace("\\\n", "`\n"));
        seeds.add(WHOLE.replace("\n", "\r\n"));
        try {
            for (String table : List.of("hadolint-cases.jsonl", "buildkit-check-cases.jsonl")) {
                for (Json.Obj vector : Vectors.lines(table)) {
                    seeds.add(vector.text("dockerfile", ""));
                }
            }
        } catch (org.opentest4j.TestAbortedException e) {
            // The examples will do.
        }
        return seeds;
    }

    @Test
    void mutatedFiles_areLintedAndChangedAsPromised() throws Exception {
        List<String> seeds = seeds();
        Mutations mutations = new Mutations(seeds, new SplittableRandom(SEED));
        for (int i = 0; i < COUNT; i++) {
            String text = mutations.next();
            try {
                check(text, i % 8 == 0);
            } catch (RuntimeException | AssertionError | StackOverflowError e) {
                throw new AssertionError("case " + i + " of seed " + SEED + ":\n" + text, e);
            }
        }
    }

    @Test
    void foundBefore_staysRight() {
        for (String text :
                List.of(
                        "FROM a:1\nENV a b\u00A0c\nLABEL a b\u0085c\nENV a b\u2028c\n",
                        "FROM a:1\nENV a \u3000\nENV a b\u000Bc\n")) {
            check(text, true);
        }
    }

    private void check(String text, boolean deep) {
        Dockerfile file = Dockerfile.parseTolerant("Dockerfile", text);
        List<Finding> found = linter.lint(file, context);
        boolean safe = false;
        int lines = lines(text);
        for (Finding finding : found) {
            inside(finding.range(), text);
            Fix fix = finding.fix();
            if (fix != null) {
                safe |= fix.kind() == FixKind.SAFE;
                for (Edit edit : fix.edits()) {
                    inside(edit.range(), text);
                }
            }
            for (Verdict verdict : finding.verdicts()) {
                if (verdict.line() < 1 || verdict.line() > lines) {
                    throw new AssertionError(verdict + " is outside the file");
                }
            }
        }
        if (safe) {
            changed(file, false);
        }
        if (deep) {
            changed(file, true);
        }
    }

    private static int lines(String text) {
        int n = 1;
        for (int i = 0; i < text.length(); i++) {
            n += text.charAt(i) == '\n' ? 1 : 0;
        }
        return n;
    }

    private static void inside(Range range, String text) {
        int start = range.start().offset();
        int end = range.end().offset();
        if (start < 0 || end < start || end > text.length()) {
            throw new AssertionError(range + " is outside the file");
        }
    }

    private void changed(Dockerfile file, boolean unsafe) {
        Fixer fixer = new Fixer(linter, unsafe);
        Fixer.Outcome outcome = fixer.fix("Dockerfile", file.text(), context);
        Dockerfile after = Dockerfile.parseTolerant("Dockerfile", outcome.text());
        assertThat(errors(after)).isLessThanOrEqualTo(errors(file));
        if (outcome.made().isEmpty()) {
            assertThat(outcome.text()).isEqualTo(file.text());
        } else {
            assertThat(fixer.fix("Dockerfile", outcome.text(), context).text())
                    .isEqualTo(outcome.text());
        }
        if (!unsafe) {
            assertThat(Meaning.of(after)).isEqualTo(Meaning.of(file));
        }
    }

    private static int errors(Dockerfile file) {
        int n = 0;
        for (Problem problem : file.problems()) {
            n += problem.severity() == Problem.Severity.ERROR ? 1 : 0;
        }
        return n;
    }

    @Test
    void hugeInput_takesLittleTime() {
        for (String part :
                List.of(
                        "$(",
                        "`",
                        "${",
                        "$((",
                        "(",
                        "{ ",
                        "\"$(",
                        "if x; then ",
                        "[[ ",
                        "case a in b) ",
                        "<(",
                        "a=(",
                        "$(( ( ",
                        "x() { ",
                        "`$(`")) {
            String text = "FROM a:1\nRUN " + part.repeat(100_000) + "\n";
            Dockerfile file = Dockerfile.parseTolerant("Dockerfile", text);
            for (Finding finding : linter.lint(file, null)) {
                inside(finding.range(), text);
            }
        }
        StringBuilder many = new StringBuilder("FROM a:1\n");
        for (int i = 0; i < 5_000; i++) {
            many.append("RUN apt-get update # ").append(i).append('\n');
            many.append("# hadolint ignore=DL3009\nENV A").append(i).append(" $B\n");
        }
        assertThat(linter.lint(Dockerfile.parseTolerant("Dockerfile", many.toString()), null))
                .isNotEmpty();
    }
}
