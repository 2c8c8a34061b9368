package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import dev.slipway.dockerfile.Dockerfile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.management.ManagementFactory;
import java.util.List;

/// Twice as many lines take twice as much to look at. What is counted is memory, which does not
/// depend on the machine as time does.
class LintSizeTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Linter LINTER =
            new Linter(RuleBook.load(), LintConfig.DEFAULT, BaseImages.NONE);

    private static List<Finding> lint(String text) {
        return LINTER.lint(Dockerfile.parseTolerant("Dockerfile", text), null);
    }

    private static String dockerfile(String lines, int count) {
        var text = new StringBuilder("FROM scratch AS s0\n");
        for (int i = 0; i < count; i++) {
            text.append(lines.formatted(i, i + 1)).append('\n');
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ENV V%1$d=x\nRUN echo \"$V%1$d\"",
                "ENV V%1$d=x\nRUN yum install -y a-${V%1$d}",
                "SHELL [\"/bin/sh\", \"-c\"]\nRUN true%d"
            })
    void lint_growsWithTheNumberOfLines(String lines) {
        allocated(lines, 100); // what is made once
        long some = allocated(lines, 500);
        assertThat(allocated(lines, 1000)).isLessThan(some * 5 / 2);
    }

    private static long allocated(String lines, int count) {
        var text = dockerfile(lines, count);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        var findings = lint(text);
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(findings).isNotNull();
        return bytes;
    }

    @Test
    void thousandsOfStages_needNoDeepStack() {
        var text = dockerfile("FROM s%1$d AS s%2$d\nRUN echo $V", 6_000);
        assertThat(lint(text)).filteredOn(f -> f.code().equals("SC2086")).hasSize(6_000);
    }

    @Test
    void variablesAndShell_ofAStage_areThoseAboveALine() {
        var text =
                """
                FROM a:1 AS one
                ENV GIVEN=1
                SHELL ["pwsh", "-c"]
                FROM one AS two
                RUN echo $NOT_FOR_SH
                SHELL ["/bin/sh", "-c"]
                RUN echo $GIVEN $LATER
                ENV LATER=1
                RUN echo $LATER
                """;
        assertThat(lint(text))
                .filteredOn(f -> f.code().equals("SC2086"))
                .extracting(f -> f.range().start().line())
                .containsExactly(7);
    }
}
