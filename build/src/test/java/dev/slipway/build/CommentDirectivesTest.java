package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;

/// `# slipway:` comments, and what flags say in their place.
class CommentDirectivesTest {
    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = Bench.asRoot(directory);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void retry_ofOneRun() throws Exception {
        var result =
                bench.build(
                        """
                        FROM busybox
                        # why: the mirror is flaky
                        # slipway: retry=1 retry-delay=1ms
                        # slipway: timeout=1m
                        RUN --mount=type=cache,target=/c echo x >> /c/n; test $(wc -l < /c/n) = 2
                        """);
        assertThat(bench.made()).hasSize(1);
        assertThat(bench.warnings()).hasSize(1);
        assertThat(result.layers()).hasSize(2);
    }

    @Test
    void retry_isNoPartOfTheKey() throws Exception {
        bench.build("FROM busybox\nRUN true\n");
        bench.build("FROM busybox\n# slipway: retry=3 timeout=10m\nRUN true\n");
        assertThat(bench.made()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# slipway: retry=x~RUN true | retry=x is not a number",
                "# slipway: retry=101~RUN true | retry=101 is not a number",
                "# slipway: timeout=10~RUN true | timeout=10 is no duration",
                "# slipway: retries=1~RUN true | unknown directive \"retries\"",
                "# slipway: after=x~RUN true | unknown directive \"after\"",
                "# slipway: retry=1~ENV A=1 | stands above RUN or FROM",
                "# slipway: retry=1~~RUN true | stands above no instruction",
                "RUN true \\~# slipway: retry=1~ && true | stands above no instruction",
                "# slipway: unset=FROM~FROM busybox | \"FROM\" cannot be unset",
                "# slipway: unset=CMD=x~FROM busybox | it takes no name",
                "# slipway: after=none~FROM busybox | there is no stage \"none\""
            })
    void wrong_isShownWhereItIs(String text, String message) {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build("FROM busybox\n" + text.replace('~', '\n') + "\n"))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.source()).isNotNull());
    }

    @Test
    void after_waitsForTheStage_butDoesNotDependOnWhatItHolds() throws Exception {
        var dockerfile =
                """
                FROM busybox AS test
                COPY tests /t
                RUN test "$(cat /t)" != bad && echo tested
                # slipway: after=test
                FROM busybox AS app
                RUN date +%s%N > /when
                """;
        bench.file("tests", "good");
        var first = bench.build(dockerfile);
        assertThat(bench.made()).hasSize(4).contains("after test");
        bench.build(dockerfile);
        assertThat(bench.made()).isEmpty();
        // Other tests: they run, and the application stays as it was.
        bench.file("tests", "better");
        var second = bench.build(dockerfile);
        assertThat(bench.log()).containsExactly("tested");
        assertThat(bench.made()).hasSize(2);
        assertThat(second.imageId()).isEqualTo(first.imageId());
        bench.file("tests", "bad");
        assertThatExceptionOfType(BuildException.class).isThrownBy(() -> bench.build(dockerfile));
    }

    @Test
    void after_isInTheOrder_andLeavesNoTraceInTheImage() throws Exception {
        var plain = "FROM busybox AS app\nRUN echo a > /a\n";
        var expected = bench.build(plain);
        var result =
                bench.build(
                        "# slipway: after=later\n"
                                + plain
                                + "FROM busybox AS later\nRUN echo b > /b\n",
                        r -> r.target("app"));
        assertThat(bench.config(result).history().size())
                .isEqualTo(bench.config(expected).history().size());
        assertThat(result.layers()).isEqualTo(expected.layers());
        assertThat(bench.made()).contains("RUN echo b > /b");
    }

    @Test
    void after_itself_isRefused() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                """
                                # slipway: after=b
                                FROM busybox AS a
                                # slipway: after=a
                                FROM busybox AS b
                                """))
                .withMessageContaining("needs itself");
    }

    @Test
    void unset_takesAwayWhatTheBaseSet() throws Exception {
        var base =
                """
                FROM busybox
                ENV A=1 B=2
                LABEL l=1 m=2
                VOLUME /data /more
                EXPOSE 80 81/udp
                USER app
                WORKDIR /w
                ENTRYPOINT ["/e"]
                CMD ["c"]
                HEALTHCHECK CMD true
                STOPSIGNAL 9
                SHELL ["/bin/sh", "-c"]
                ONBUILD RUN echo triggered
                """;
        bench.build(base, r -> r.tag("laden"));
        var result =
                bench.build(
                        """
                        # slipway: unset=volume=/data,env=A,label=l,expose=80,onbuild,cmd,user
                        # slipway: unset=entrypoint,healthcheck,stopsignal,shell,workdir
                        FROM laden
                        RUN echo "$A$B $(pwd) $(id -u)"
                        """);
        assertThat(bench.log()).containsExactly("2 / 0");
        var run = bench.config(result).config();
        assertThat(run.env()).containsExactly("PATH=/bin", "B=2");
        assertThat(run.labels()).containsOnlyKeys("m");
        assertThat(run.volumes()).containsExactly("/more");
        assertThat(run.exposedPorts()).containsExactly("81/udp");
        assertThat(run.entrypoint()).isNull();
        assertThat(run.cmd()).isNull();
        assertThat(run.healthcheck()).isNull();
        assertThat(run.shell()).isNull();
        assertThat(run.user()).isEmpty();
        assertThat(run.stopSignal()).isEmpty();
        assertThat(run.onBuild()).isEmpty();
        assertThat(bench.warnings()).isEmpty();
    }

    @Test
    void unset_byFlag_isLast_andTellsWhatWasNotThere() throws Exception {
        var result =
                bench.build(
                        "FROM busybox\nENV A=1\nVOLUME /v\nCMD [\"c\"]\nLABEL a=1\n",
                        r ->
                                r.reset(ConfigReset.parse("env=A"))
                                        .reset(ConfigReset.parse("VOLUME"))
                                        .reset(ConfigReset.parse("label"))
                                        .reset(ConfigReset.parse("ENTRYPOINT"))
                                        .label("kept", "yes"));
        var run = bench.config(result).config();
        assertThat(run.env()).containsExactly("PATH=/bin");
        assertThat(run.volumes()).isEmpty();
        assertThat(run.cmd()).containsExactly("c");
        assertThat(run.labels()).containsOnlyKeys("kept");
        assertThat(bench.warnings()).containsExactly("there is no ENTRYPOINT to unset");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "volumes", "user=app", "=x"})
    void unset_wrong_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ConfigReset.parse(text));
    }

    @Test
    void from_withVariables() throws Exception {
        var dockerfile =
                """
                ARG GLOBAL=one
                FROM busybox AS one
                RUN echo 1 > /f
                FROM busybox AS two
                RUN echo 2 > /f
                FROM busybox
                ARG STAGE=one
                ENV FROM_ENV=two
                COPY --from=$GLOBAL /f /global
                COPY --from=${STAGE:-two} /f /stage
                RUN --mount=from=$STAGE,source=/f,target=/m cat /m
                RUN --mount=from=$FROM_ENV,source=/f,target=/m cat /m
                RUN --mount=from=$GLOBAL,source=/f,target=/m cat /m
                """;
        bench.build(dockerfile);
        assertThat(bench.log()).containsExactly("1", "2", "1");
        bench.build(dockerfile, r -> r.buildArg("STAGE", "two"));
        assertThat(bench.log().getFirst()).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"COPY --from=$NONE /f /f", "RUN --mount=from=$NONE,target=/m true"})
    void from_withVariableOfNothing_isNotTheContext(String instruction) {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build("FROM busybox\n" + instruction + "\n"))
                .withMessageContaining("from=$NONE is empty");
    }
}
