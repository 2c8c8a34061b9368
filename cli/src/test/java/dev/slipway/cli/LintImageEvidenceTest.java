package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// What linting says of the image that a file made, and of what it was made on.
class LintImageEvidenceTest {
    @TempDir static Path shared;
    @TempDir Path directory;

    @BeforeAll
    static void base() throws Exception {
        Busybox.need();
        Path tar = Busybox.tar(shared);
        assertThat(slipway("import", tar.toString(), "box").code()).isZero();
        Path context = Files.createDirectory(shared.resolve("base"));
        Files.writeString(
                context.resolve("Dockerfile"),
                """
                FROM box
                RUN echo 'toor:x:0:0::/:/bin/sh' >> /etc/passwd && echo 'app::1:::::' > /etc/shadow
                RUN busybox chmod u+s /bin/busybox
                VOLUME /var/lib/data
                ONBUILD ENV A=b
                ENV API_TOKEN=abc
                CMD ["serve"]
                """);
        Invocation build = slipway("build", "-q", "-t", "rich:1", context.toString());
        assertThat(build.code()).as(build.err()).isZero();
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

    @Test
    void newSetuid_isNamedWhereItCame_notThatOfTheBase() throws Exception {
        Path file = build("FROM box:latest\nRUN busybox chmod u+s /bin/busybox\n");
        assertThat(lint(file))
                .contains("Dockerfile:2:1 SLW8013 info: Who runs /bin/busybox becomes the file's")
                .contains("the base has no such file");
        write("FROM box:latest\nRUN busybox chmod u+s /bin/busybox\nUSER 1\n");
        assertThat(lint(file)).as("of another file").doesNotContain("new-setuid");
        build("FROM rich:1\nRUN busybox chmod 4755 /bin/busybox && touch /bin/busybox\n");
        assertThat(lint(file)).doesNotContain("new-setuid");
        build("FROM box:latest\nRUN busybox chmod u+s /bin/ls\nRUN busybox chmod u-s /bin/ls\n");
        assertThat(lint(file)).as("taken away again").doesNotContain("new-setuid");
    }

    @Test
    void accountsOfTheBase_areSaidAtFrom_newOnesWhereTheyCame() throws Exception {
        Path file = write("FROM rich:1\n");
        assertThat(lint(file))
                .contains("Dockerfile:1:1 SLW8015 info: In the base image, the users root and toor")
                .contains("Dockerfile:1:1 SLW8014 info: In the base image, the user app needs no");
        build("FROM rich:1\nRUN echo 'new:x:1000:' >> /etc/group\n");
        assertThat(lint(file))
                .contains("Dockerfile:2:1 SLW8015 info: In the image, the groups app and new are")
                .doesNotContain("In the image, the users");
        write("FROM box:latest\n");
        assertThat(lint(file)).doesNotContain("SLW8014").doesNotContain("SLW8015");
    }

    @Test
    void trapsOfTheBase() throws Exception {
        Path file = write("FROM rich:1\nCOPY Dockerfile /var/lib/data/\nENTRYPOINT [\"/entry\"]\n");
        assertThat(lint(file))
                .contains("base-has-triggers")
                .contains("known: ENV A=b")
                .contains("secret in API_TOKEN")
                .contains("Dockerfile:2:1 SLW8016 info: This writes to the volume /var/lib/data:")
                .contains("Dockerfile:3:1 SLW8017 info: The base's CMD no longer counts, as")
                .contains("it was serve\n");
        write("FROM rich:1\nENTRYPOINT [\"/entry\"]\nCMD [\"serve\"]\n");
        assertThat(lint(file)).doesNotContain("SLW8016").doesNotContain("SLW8017");
    }

    @Test
    void writesToAVolume_areKept_andShowInTheRecord() throws Exception {
        String text =
                """
                FROM rich:1
                RUN mkdir -p /var/lib/data && echo kept > /var/lib/data/file
                RUN cat /var/lib/data/file
                """;
        Path file = write(text);
        assertThat(lint(file)).as("what a command writes is not known").doesNotContain("SLW8016");
        build(text);
        assertThat(lint(file))
                .contains("Dockerfile:2:1 SLW8016 info:")
                .doesNotContain("Dockerfile:3:1 SLW8016");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'ENTRYPOINT [\"/absent\"]' | There is no /absent in the image",
                "'CMD [\"absent\"]' | There is no absent in the image",
                "'CMD [\"/etc\"]' | /etc is no file that can be run",
                "'ENTRYPOINT [\"/plain\"]' | /plain cannot be run, as its mode is 0644: COPY --chmod",
                "'ENTRYPOINT [\"/bash\"]' | its interpreter /bin/bash is not in the image",
                "'ENTRYPOINT [\"/env\"]' | its interpreter python3 is not in the image",
                "'ENTRYPOINT [\"/crlf\"]' | its first line ends with a carriage return",
                "'ENTRYPOINT [\"/arm\"]' | /arm is for aarch64, but the image for linux/amd64",
                "'ENTRYPOINT [\"/dynamic\"]' | its loader /lib64/ld-linux-x86-64.so.2 is not in the",
                "'HEALTHCHECK CMD curl -f http://localhost' | There is no curl in the image",
                "'WORKDIR /opt\nCMD [\"./absent\"]' | There is no ./absent in the image",
                "'CMD bash -c true' | There is no bash in the image",
            })
    void commandThatCannotRun_saysWhy(String instruction, String why) throws Exception {
        programs();
        Path file =
                build("FROM box:latest\nCOPY plain bash env crlf arm dynamic /\n" + instruction);
        String said = lint(file);
        assertThat(said).contains("SLW8018 info: ").contains(why);
    }

    @Test
    void commandsThatRun_areFine() throws Exception {
        programs();
        String[] fine = {
            "ENTRYPOINT [\"/bin/sh\"]\nCMD [\"absent\"]",
            "CMD echo hello",
            "CMD exec busybox httpd",
            "CMD [\"cat\"]\nHEALTHCHECK CMD wget -q localhost || exit 1",
            "CMD [\"absent\"]\nCMD [\"/bin/ls\"]",
            "ENTRYPOINT [\"/good\"]",
        };
        for (String instruction : fine) {
            Path file = build("FROM box:latest\nCOPY --chmod=755 good /\n" + instruction + "\n");
            assertThat(lint(file)).as(instruction).doesNotContain("SLW8018");
        }
    }

    @Test
    void missingLibrary_isNamed() throws Exception {
        Path loader = Path.of("/lib64/ld-linux-x86-64.so.2");
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.exists(loader) && Files.exists(Path.of("/bin/ls")), "needs glibc on amd64");
        programs();
        Files.copy(loader.toRealPath(), directory.resolve("loader"));
        Path file =
                build(
                        """
                        FROM box:latest
                        COPY --chmod=755 loader /lib64/ld-linux-x86-64.so.2
                        COPY --chmod=755 dynamic /
                        CMD ["/dynamic"]
                        """);
        assertThat(lint(file))
                .containsPattern("/dynamic cannot be run: it needs lib[a-z.0-9]+, which");
        String libraries = "ENV LD_LIBRARY_PATH=/opt\n";
        Files.writeString(directory.resolve("lib"), "");
        StringBuilder copies = new StringBuilder();
        for (String name : new String[] {"libselinux.so.1", "libc.so.6", "libcap.so.2"}) {
            copies.append("COPY lib /opt/").append(name).append('\n');
        }
        build(
                "FROM box:latest\nCOPY --chmod=755 loader /lib64/ld-linux-x86-64.so.2\n"
                        + copies
                        + libraries
                        + "COPY --chmod=755 dynamic /\nCMD [\"/dynamic\"]\n");
        assertThat(lint(file)).doesNotContain("SLW8018");
    }

    private void programs() throws Exception {
        Map<String, byte[]> files = new HashMap<>();
        files.put("plain", "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8));
        files.put("good", "#!/bin/sh -e\nexit\n".getBytes(StandardCharsets.UTF_8));
        files.put("bash", "#!/bin/bash\n".getBytes(StandardCharsets.UTF_8));
        files.put("env", "#!/bin/env python3\n".getBytes(StandardCharsets.UTF_8));
        files.put("crlf", "#!/bin/sh\r\nexit\r\n".getBytes(StandardCharsets.UTF_8));
        byte[] arm = Files.readAllBytes(Path.of("/bin/busybox"));
        arm[18] = (byte) 183;
        files.put("arm", arm);
        files.put("dynamic", Files.readAllBytes(Path.of("/bin/ls")));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = Files.write(directory.resolve(file.getKey()), file.getValue());
            assertThat(path.toFile().setExecutable(!file.getKey().equals("plain"), false)).isTrue();
        }
    }

    @Test
    void ignorePattern_ofTheRootOnly_isExplained() throws Exception {
        Files.createDirectories(directory.resolve("web/node_modules/x"));
        Files.writeString(directory.resolve("web/node_modules/x/y.js"), "");
        Files.writeString(
                directory.resolve(".dockerignore"), "node_modules\n*.tmp # scratch\nDockerfile\n");
        Path file = write("FROM box:latest\nCOPY . /src\n");
        assertThat(lint(file))
                .contains(
                        "Dockerfile:2:1 SLW8019 info: .dockerignore:1: node_modules matches in the")
                .contains("write **/node_modules to ignore web/node_modules\n")
                .contains(".dockerignore:2: *.tmp # scratch takes the comment for a part of the");
        Files.createDirectory(directory.resolve("node_modules"));
        assertThat(lint(file)).doesNotContain(".dockerignore:1:");
    }
}
