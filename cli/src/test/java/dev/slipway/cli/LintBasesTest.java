package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Base images as linting knows them.
class LintBasesTest {
    @TempDir static Path shared;
    @TempDir Path directory;

    /// The store has `lib/base:1`: an image with a user, a shell and apk.
    @BeforeAll
    static void base() throws Exception {
        Path context = Files.createDirectory(shared.resolve("context"));
        Path bin = Files.createDirectory(context.resolve("bin"));
        Files.writeString(bin.resolve("dash"), "");
        Files.createSymbolicLink(bin.resolve("sh"), Path.of("dash"));
        Files.writeString(context.resolve("apk"), "");
        Files.writeString(context.resolve("passwd"), "root:x:0:0:::\napp:x:1000:1000:::\n");
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM scratch
                COPY bin /bin/
                COPY --chmod=755 apk /sbin/apk
                COPY passwd /etc/passwd
                USER app
                WORKDIR /srv
                ENV PIP_NO_CACHE_DIR=1
                """);
        Invocation build = slipway("build", "-q", "-t", "lib/base:1", context.toString());
        assertThat(build.code()).as(build.err()).isZero();
    }

    private static Invocation slipway(String... args) {
        return Invocation.with(Map.of("SLIPWAY_HOME", shared.resolve("home").toString()), "", args);
    }

    private Path write(String text) throws Exception {
        return Files.writeString(directory.resolve("Dockerfile"), text);
    }

    private String lint(String text) throws Exception {
        return slipway("lint", "-tnone", write(text).toString()).out();
    }

    @Test
    void userOfTheBase_counts() throws Exception {
        assertThat(lint("FROM lib/base:1\n")).as("it is not root").isEmpty();
        assertThat(lint("FROM lib/base:1\nUSER nosuch\n")).contains("unknown-user");
        assertThat(lint("FROM lib/base:1\nUSER app\n")).doesNotContain("unknown-user");
    }

    @Test
    void shellAndManagerOfTheBase_count() throws Exception {
        assertThat(lint("FROM lib/base:1\nRUN apt-get install -y curl=8\n"))
                .contains("The base image has no apt-get: it has apk");
        assertThat(lint("FROM lib/base:1\nSHELL [\"/bin/sh\", \"-o\", \"pipefail\", \"-c\"]\n"))
                .contains("shell-without-pipefail");
    }

    @Test
    void directoryAndEnvironmentOfTheBase_count() throws Exception {
        assertThat(lint("FROM lib/base:1\nCOPY a b ./c/\nRUN pip install x==1\n"))
                .doesNotContain("DL3045")
                .doesNotContain("DL3042");
        assertThat(lint("FROM lib/other:1\nCOPY a b ./c/\nRUN pip install x==1\n"))
                .contains("DL3045")
                .contains("DL3042");
    }

    @Test
    void argument_namesTheBase_andAStageStandsForIt() throws Exception {
        assertThat(lint("ARG BASE=lib/base:1\nFROM $BASE AS a\nFROM a\nUSER nosuch\n"))
                .doesNotContain("runs-as-root-by-default");
        Path file = write("ARG BASE=nothing:1\nFROM $BASE\nRUN apt-get install -y curl=8\n");
        assertThat(slipway("lint", "--build-arg=BASE=lib/base:1", file.toString()).out())
                .contains("The base image has no apt-get");
    }

    @Test
    void unknownBase_isPassedOverInSilence_unlessAskedFor() throws Exception {
        Path file = write("FROM lib/other:1\nUSER nosuch\nFROM lib/base:1\nUSER 1\n");
        Invocation quiet = slipway("lint", file.toString());
        assertThat(quiet.err()).isEmpty();
        assertThat(quiet.out()).doesNotContain("unknown-user");
        assertThat(slipway("lint", "-V", file.toString()).err())
                .isEqualTo("Not all is known of lib/other:1: it is not in the store\n");
    }

    @Test
    void withoutAStore_noneIsMade() throws Exception {
        Path home = directory.resolve("none");
        Path file = write("FROM lib/base:1\n");
        Invocation lint =
                Invocation.with(
                        Map.of("SLIPWAY_HOME", home.toString()), "", "lint", file.toString());
        assertThat(lint.err()).isEmpty();
        assertThat(home).doesNotExist();
    }

    @Test
    void otherPlatform_isNotTakenForTheBase() throws Exception {
        Path file = write("FROM lib/base:1\nUSER nosuch\n");
        Invocation lint = slipway("lint", "-V", "--platform=linux/s390x", file.toString());
        assertThat(lint.out()).doesNotContain("unknown-user");
        assertThat(lint.err()).contains("Not all is known of lib/base:1");
    }

    @Test
    void registryThatCannotBeReached_isSaid() throws Exception {
        Path file = write("FROM localhost:1/base:1\nUSER 1\n");
        Invocation lint = slipway("lint", "--bases=registry", file.toString());
        assertThat(lint.err()).contains("Not all is known of localhost:1/base:1: ");
        assertThat(slipway("lint", file.toString()).err()).as("nobody is asked").isEmpty();
    }

    private String fixed(String text) throws Exception {
        Path file = write(text);
        Invocation fix = slipway("lint", "--fix=unsafe", "--no-fail", file.toString());
        assertThat(fix.code()).as(fix.err()).isZero();
        return Files.readString(file);
    }

    @Test
    void wrongPackageManager_isTranslated() throws Exception {
        assertThat(
                        fixed(
                                """
                                FROM lib/base:1
                                RUN apt-get update \\
                                 && apt-get install -y --no-install-recommends \\
                                    build-essential libssl-dev curl \\
                                 && make \\
                                 && rm -rf /var/lib/apt/lists/*
                                """))
                .isEqualTo(
                        """
                        FROM lib/base:1
                        RUN apk add --no-cache build-base openssl-dev curl \\
                         && make
                        """);
    }

    @Test
    void wrongPackageManager_isLeft_whereAnythingIsNotKnown() throws Exception {
        for (String command :
                new String[] {
                    "apt-get update && apt-get install -y --no-install-recommends curl nosuch",
                    "apt-get update && apt-get install -y --no-install-recommends curl=8",
                    "apt-get update && apt-get install -y --no-install-recommends -t old curl",
                    "apt-get install -y --no-install-recommends curl && apt-get upgrade -y",
                    "apt-get update; apt-get install -y --no-install-recommends curl",
                    "apt-get install -y --no-install-recommends curl > /log",
                    "apt-get install -y --no-install-recommends $PACKAGES",
                }) {
            assertThat(fixed("FROM lib/base:1\nRUN " + command + "\n"))
                    .as(command)
                    .doesNotContain("apk");
        }
    }

    @Test
    void apk_isTranslatedToo() throws Exception {
        Path context = Files.createDirectory(directory.resolve("apt"));
        Files.writeString(context.resolve("apt-get"), "");
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nCOPY apt-get /bin/sh\nCOPY apt-get /usr/bin/apt-get\n");
        assertThat(slipway("build", "-q", "-t", "lib/apt:1", context.toString()).code()).isZero();
        assertThat(
                        fixed(
                                "FROM lib/apt:1\nRUN apk update && apk add --no-cache build-base py3-pip\n"))
                .isEqualTo(
                        """
                        FROM lib/apt:1
                        RUN apt-get update && apt-get install -y --no-install-recommends\
                         build-essential python3-pip && rm -rf /var/lib/apt/lists/*
                        """);
    }
}
