package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;

class PlanTest {
    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.in(directory);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void plan_showsStepsOfTheTargetOnly() throws Exception {
        var plan =
                Builder.plan(
                        bench.store(),
                        bench.request(
                                """
                                FROM busybox AS base
                                RUN a
                                FROM no/such AS other
                                RUN b
                                FROM base
                                ENV X=1
                                COPY --from=busybox /etc /e
                                RUN c
                                """,
                                r -> r));
        assertThat(plan.toText())
                .isEqualTo(
                        """
                        #1 [base 1/2] FROM busybox  (Dockerfile:1)
                        #2 [base 2/2] RUN a  <- #1  (Dockerfile:2)
                        #3 FROM busybox  (Dockerfile:7)
                        #4 [stage-2 1/2] COPY --from=busybox /etc /e  <- #2, #3  (Dockerfile:7)
                        #5 [stage-2 2/2] RUN c  <- #4  (Dockerfile:8)
                        not needed: stage other
                        """);
        assertThat(plan.toJson()).contains("\"target\":5", "\"skippedStages\":[\"other\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FROM scratch\\nCOPY a b c | end with a slash",
                "FROM scratch\\nCOPY https://x.example/a / | takes no address",
                "FROM scratch\\nSTOPSIGNAL NOPE | not a signal",
                "FROM scratch\\nEXPOSE 99999999 | 99999999",
                "FROM ${X} | names no image",
                "FROM scratch AS a\\nCOPY --from=a / / | not a stage before",
                "FROM scratch\\nCOPY --from=7 / / | not a stage before",
                "FROM scratch\\nLABEL a=${x:?gone} | gone",
                "FROM scratch\\nRUN --security=insecure true | not allowed",
                "FROM --platform=no/such/platform/at/all scratch | platform"
            })
    void plan_wrongFile_tellsWhereAndWhat(String dockerfile, String message) {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        Builder.plan(
                                bench.store(),
                                bench.request(dockerfile.replace("\\n", "\n"), r -> r)))
                .withMessageContaining(message)
                .satisfies(
                        e -> assertThat(SourceLines.placeOf(e.source())).startsWith("Dockerfile:"));
    }

    @Test
    void plan_unknownTarget_namesTheStages() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        Builder.plan(
                                bench.store(),
                                bench.request(
                                        "FROM scratch AS one\nFROM scratch\n",
                                        r -> r.target("tow"))))
                .satisfies(e -> assertThat(e.hint()).isEqualTo("its stages are one"));
    }

    @Test
    void plan_syntaxError_pointsAtTheLine() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        Builder.plan(
                                bench.store(), bench.request("FROM scratch\nRUNN x\n", r -> r)))
                .satisfies(
                        e -> assertThat(SourceLines.placeOf(e.source())).isEqualTo("Dockerfile:2"));
    }
}
