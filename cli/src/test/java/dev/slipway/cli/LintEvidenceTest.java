package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;

/// What linting says once a file was built.
class LintEvidenceTest {
    // Lists are kept unless told otherwise; npm takes no time, but its record can be told to say
    // so.
    private static final String APT =
            """
            #!/bin/sh
            mkdir -p /var/lib/apt/lists
            [ -e /etc/no-lists ] || busybox dd if=/dev/zero of=/var/lib/apt/lists/x bs=1k count=150
            """;

    @TempDir static Path shared;
    @TempDir Path directory;

    @BeforeAll
    static void base() throws Exception {
        Busybox.need();
        Path tar = Busybox.tar(shared);
        assertThat(slipway("import", tar.toString(), "box").code()).isZero();
        Path context = Files.createDirectory(shared.resolve("tools"));
        for (String name : new String[] {"apt-get", "npm"}) {
            Path script = Files.writeString(context.resolve(name), APT);
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.writeString(context.resolve("Dockerfile"), "FROM box\nCOPY apt-get npm /bin/\n");
        assertThat(slipway("build", "-q", "-t", "tools:1", context.toString()).code()).isZero();
    }

    @BeforeEach
    void context() throws Exception {
        Files.write(directory.resolve("app.bin"), new byte[200_000]);
        Files.writeString(directory.resolve(".npmrc"), "//registry/:_authToken=x\n");
        Files.writeString(directory.resolve("package.json"), "{}\n");
    }

    private static Invocation slipway(String... args) {
        return Invocation.with(Map.of("SLIPWAY_HOME", shared.resolve("home").toString()), "", args);
    }

    private Path write(String text) throws Exception {
        return Files.writeString(directory.resolve("Dockerfile"), text);
    }

    private Path build(String text) throws Exception {
        Path file = write(text);
        Invocation build = slipway("build", "-q", directory.toString());
        assertThat(build.code()).as(build.err()).isZero();
        return file;
    }

    private static String lint(Path file) {
        return slipway("lint", file.toString()).out();
    }

    private static final String CHOWN =
            "FROM box:latest\nCOPY app.bin /app/\nRUN busybox chown -R 1000 /app\n";

    @Test
    void filesStoredAgain_areMeasured() throws Exception {
        Path file = write(CHOWN);
        assertThat(lint(file)).as("nothing was built").doesNotContain("files-stored-again");
        build(CHOWN);
        assertThat(lint(file))
                .contains(
                        "Dockerfile:3:13 SLW8010 info: This layer holds 200 kB of line 2 once more")
                .contains("  3 | RUN busybox chown -R 1000 /app\n")
                .containsPattern("known: measured in build [0-9a-z]+-[0-9a-z]+ \\(E4\\)");
        build("FROM box:latest\nCOPY --chown=1000 app.bin /app/\n");
        assertThat(lint(file)).doesNotContain("files-stored-again");
    }

    @Test
    void changedContent_isNotStoredAgain() throws Exception {
        Path file =
                build(
                        """
                        FROM box:latest
                        COPY app.bin /app/
                        RUN busybox chown 1 /app/app.bin && echo x >> /app/app.bin
                        """);
        assertThat(lint(file)).doesNotContain("files-stored-again");
    }

    @Test
    void movedLines_areFollowed_changedOnesNotGuessed() throws Exception {
        build(CHOWN);
        Path file = write("# by hand\n\n" + CHOWN.replace("COPY", "ENV A=b\nCOPY"));
        assertThat(lint(file))
                .contains("Dockerfile:6:13 SLW8010")
                .contains("200 kB of line 5 once");
        write(CHOWN.replace("1000", "1001"));
        assertThat(lint(file)).doesNotContain("files-stored-again");
        write(CHOWN.replace("COPY app.bin", "COPY app.bin package.json"));
        assertThat(lint(file)).as("whose files they were").doesNotContain("files-stored-again");
        write(CHOWN + "FROM box:latest\nENV A=b\n");
        assertThat(lint(file)).as("no longer in the image").doesNotContain("files-stored-again");
    }

    @Test
    void deletedSecret_namesBothLines() throws Exception {
        Path file =
                build(
                        """
                        FROM box:latest
                        WORKDIR /app
                        COPY .npmrc package.json ./
                        RUN cat package.json && busybox rm .npmrc
                        """);
        assertThat(lint(file))
                .containsPattern(
                        "Dockerfile:4:33 SLW8011 info: /app/\\.npmrc is deleted, but stays readable"
                                + " in the layer of line 3, sha256:[0-9a-f]{12}\n");
    }

    @Test
    void deletedBytes_areCounted_fewAreNotWorthIt() throws Exception {
        Path file =
                build(
                        """
                        FROM box:latest
                        COPY app.bin package.json /app/
                        RUN busybox rm /app/app.bin
                        RUN busybox rm -r /app
                        """);
        String said = lint(file);
        assertThat(said)
                .contains(
                        "Dockerfile:3:13 SLW8011 info: /app/app.bin is deleted, but its 200 kB stay")
                .doesNotContain("Dockerfile:3:13 SLW5023")
                .doesNotContain("Dockerfile:4:13 SLW8011");
    }

    @Test
    void keptLists_areMeasured_andForgivenWhenThereAreNone() throws Exception {
        String text = "FROM tools:1\nRUN apt-get update\n";
        Path file = write(text);
        assertThat(lint(file)).contains("DL3009").doesNotContain("known: 153 kB");
        build(text);
        assertThat(lint(file)).contains("DL3009").contains("known: 153 kB in the layer, measured");
        text = "FROM tools:1\nRUN echo > /etc/no-lists\nRUN apt-get update\n";
        file = write(text);
        assertThat(lint(file)).contains("DL3009");
        build(text);
        assertThat(lint(file)).doesNotContain("DL3009");
    }

    @Test
    void keptLists_ofAStageThatIsNotShipped_doNotCount() throws Exception {
        String text =
                """
                FROM tools:1 AS a
                RUN apt-get update
                FROM a AS b
                RUN cp -r /etc /out
                FROM box:latest
                COPY --from=b /etc/passwd /
                """;
        Path file = write(text.replace("RUN cp", "RUN busybox cp"));
        assertThat(lint(file)).contains("DL3009");
        build(text.replace("RUN cp", "RUN busybox cp"));
        assertThat(lint(file)).doesNotContain("DL3009");
    }

    @Test
    void installAfterCopyOfAll_costsWhatTheRecordsSay() throws Exception {
        String text = "FROM tools:1\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
        Path file = build(text);
        assertThat(lint(file)).as("it took no time").doesNotContain("copy-before-install");
        Files.write(directory.resolve("app.bin"), new byte[200_001]);
        build(text);
        assertThat(takesSeconds(84)).as("records of the install").isEqualTo(2);
        assertThat(lint(file))
                .contains(
                        "Dockerfile:3:1 SLW8012 info: Any change here repeats line 4, which took 1"
                                + " min and reads only package.json, .npmrc: copy that first")
                .contains("known: repeated in vain in 1 of the last 2 builds, for 1 min in all;");
        write("FROM tools:1\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\nCOPY . .\n");
        assertThat(lint(file)).doesNotContain("copy-before-install");
    }

    /// Lets the records of this test say that npm took its time.
    private int takesSeconds(int seconds) throws Exception {
        int changed = 0;
        try (var records = Files.newDirectoryStream(shared.resolve("home/builds"))) {
            for (Path record : records) {
                boolean ours =
                        Files.readString(record.resolve("request.json"))
                                .contains("\"" + directory + "\"");
                Path events = record.resolve("events.jsonl");
                String text = ours ? Files.readString(events) : "";
                String longer =
                        text.replaceAll(
                                "(step-finished[^\n]*RUN npm ci\",\"nanos\":)\\d+",
                                "$1" + seconds * 1_000_000_000L);
                if (!longer.equals(text)) {
                    Files.writeString(events, longer);
                    changed++;
                }
            }
        }
        return changed;
    }

    @Test
    void imageThatIsGone_isNotKnown() throws Exception {
        Path home = directory.resolve("own");
        Map<String, String> env = Map.of("SLIPWAY_HOME", home.toString());
        Files.writeString(directory.resolve(".dockerignore"), "own\n");
        Path tar = shared.resolve("root.tar");
        Invocation.with(env, "", "import", tar.toString(), "box");
        Path file = write(CHOWN);
        assertThat(Invocation.with(env, "", "build", "-q", directory.toString()).code()).isZero();
        assertThat(Invocation.with(env, "", "lint", file.toString()).out()).contains("(E4)");
        try (Stream<Path> blobs = Files.walk(home.resolve("blobs"))) {
            for (Path blob : blobs.filter(Files::isRegularFile).toList()) {
                Files.delete(blob);
            }
        }
        Invocation lint = Invocation.with(env, "", "lint", file.toString());
        assertThat(lint.err()).isEmpty();
        assertThat(lint.out()).contains("DL3007").doesNotContain("(E4)");
    }
}
