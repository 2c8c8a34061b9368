package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/// No base image of these Dockerfiles exists.
class SubrequestsTest {
    private static final String DOCKERFILE =
            """
            ARG base=box
            ARG unused=1
            # sfx is what names end with
            ARG sfx="y${base}"

            # build compiles
            # all of it
            FROM no/such${sfx} AS build
            ARG DEBUG
            # VERSION of the compiler
            ARG VERSION=$DEBUG.4
            RUN --mount=type=secret,id=key,required --mount=type=cache,target=/c \\
                --mount=type=ssh true

            FROM no/other AS other
            ARG NEVER=1

            # app is what runs
            FROM --platform=$BUILDPLATFORM no/such AS app
            COPY --from=build / /
            ARG ABC=a
            RUN --mount=type=secret,target=/run/secrets/tok true
            """;

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

    private Subrequests of(String target) throws Exception {
        return Subrequests.of(
                bench.store(),
                bench.request(
                        DOCKERFILE,
                        r -> r.target(target).buildArg("DEBUG", "on").buildArg("sfx", "x$base")));
    }

    @Test
    void outline_listsWhatTheStagesOfTheTargetTake() throws Exception {
        assertThat(of("app").outline(false))
                .isEqualTo(
                        """
                        TARGET:        app
                        DESCRIPTION:   is what runs

                        BUILD ARG   VALUE    DESCRIPTION
                        base        box
                        sfx         x$base   is what names end with
                        DEBUG       on
                        VERSION     on.4     of the compiler
                        ABC         a

                        SECRET   REQUIRED
                        key      true
                        tok

                        SSH       REQUIRED
                        default

                        """);
    }

    @Test
    void outline_json_hasBuildKitsNamesAndPlaces() throws Exception {
        assertThat(of("build").outline(true).replaceAll("\\s", ""))
                .startsWith(
                        "{\"name\":\"build\",\"description\":\"compiles\",\"args\":[{\"name\":\"base\",")
                .contains(
                        "{\"name\":\"VERSION\",\"description\":\"ofthecompiler\",\"value\":\"on.4\","
                                + "\"location\":{\"ranges\":[{\"start\":{\"line\":11},\"end\":{\"line\":11}}]}}")
                .contains("\"secrets\":[{\"name\":\"key\",\"required\":true,\"location\"")
                .contains("{\"start\":{\"line\":12},\"end\":{\"line\":13}}")
                .contains("\"cache\":[{\"ID\":\"/c\"")
                .contains("\"sources\":[\"QVJH")
                .doesNotContain("ABC");
    }

    @Test
    void targets_listsStages() throws Exception {
        assertThat(of("").targets(false))
                .isEqualTo(
                        """
                        TARGET          DESCRIPTION
                        build
                        other
                        app (default)   is what runs
                        """
                                .replace("build\n", "build           compiles\n"));
        assertThat(of("").targets(true).replaceAll("\\s", ""))
                .contains(
                        "{\"name\":\"app\",\"default\":true,\"description\":\"iswhatruns\","
                                + "\"base\":\"no/such\",\"platform\":\"$BUILDPLATFORM\",\"location\"");
    }

    @Test
    void describe_listsTheCalls() {
        assertThat(Subrequests.describe(false))
                .startsWith("NAME                   VERSION   DESCRIPTION\noutline  ")
                .contains("\nsubrequests.describe   1.0.0     List available");
        assertThat(Subrequests.describe(true))
                .contains("\"frontend.targets\"", "\"frontend.lint\"");
    }
}
