package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/// Fixes held against the images they make.
class LintProveTest {
    // Recommended packages take room; wget, unlike curl, cannot do without them.
    private static final String APT =
            """
            #!/bin/sh
            mkdir -p /opt
            case "$*" in
              *-y*) ;;
              *) echo "Do you want to continue? [Y/n] Abort."; exit 1 ;;
            esac
            case "$*" in
              *--no-install-recommends*wget*) echo "wget: recommendations needed"; exit 3 ;;
              *--no-install-recommends*) echo program > /opt/program ;;
              *) echo program > /opt/program; echo manual > /opt/manual ;;
            esac
            """;

    @TempDir static Path shared;
    @TempDir Path directory;

    @BeforeAll
    static void base() throws Exception {
        Busybox.need();
        Path tar = Busybox.tar(shared);
        assertThat(slipway("import", tar.toString(), "box").code()).isZero();
        Path context = Files.createDirectory(shared.resolve("apt"));
        Path script = Files.writeString(context.resolve("apt-get"), APT);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(context.resolve("Dockerfile"), "FROM box\nCOPY apt-get /bin/\n");
        assertThat(slipway("build", "-q", "-t", "apt:1", context.toString()).code()).isZero();
    }

    private static Invocation slipway(String... args) {
        return Invocation.with(Map.of("SLIPWAY_HOME", shared.resolve("home").toString()), "", args);
    }

    private Path write(String text) throws Exception {
        Files.writeString(directory.resolve("file.txt"), "content\n");
        return Files.writeString(directory.resolve("Dockerfile"), text);
    }

    private static Invocation prove(String fix, Path file) {
        return slipway("lint", fix, "--prove", "--progress=quiet", "-terror", file.toString());
    }

    @Test
    void safeFix_keepsTheImage() throws Exception {
        Path file = write("FROM scratch as x\nCOPY file.txt /\n");
        Invocation call = prove("--fix", file);
        assertThat(call.err()).contains("Dockerfile: proved: the image stays the same, ");
        assertThat(file).content().isEqualTo("FROM scratch AS x\nCOPY file.txt /\n");
        assertThat(call.code()).isZero();
    }

    @Test
    void changedSetting_isNamed_andFilesAreTheSame() throws Exception {
        Path file = write("FROM box:latest\nCMD echo hello\n");
        Invocation call = prove("--fix=unsafe", file);
        assertThat(call.err())
                .contains("Dockerfile: the image changes: ")
                .contains("\n  files: the same\n")
                .contains("  configuration: Cmd: [/bin/sh, -c, echo hello] → [echo, hello]\n")
                .contains("\n  history: other instructions\n");
        assertThat(file).content().contains("CMD [\"echo\", \"hello\"]");
    }

    @Test
    void changedFiles_areNamed_withoutFixingAnything() throws Exception {
        String text = "FROM apt:1\nRUN apt-get install -y curl=8 && cat /etc/passwd > /copy\n";
        Path file = write(text);
        Invocation call =
                slipway(
                        "lint",
                        "--fix=unsafe",
                        "--diff",
                        "--prove",
                        "--progress=quiet",
                        file.toString());
        assertThat(call.out()).contains("+RUN apt-get install --no-install-recommends -y curl=8");
        assertThat(call.err())
                .contains("  files: 0 added, 1 removed, 0 changed")
                .contains("    - /opt/manual  7B\n")
                .contains("  configuration: the same\n")
                .doesNotContain("/copy")
                .doesNotContain("/opt/program");
        assertThat(file).content().isEqualTo(text);
        assertThat(call.code()).isZero();
    }

    @Test
    void proveAlone_showsWhatWouldChange() throws Exception {
        Path file = write("FROM scratch as x\nCOPY file.txt /\n");
        Invocation call = slipway("lint", "--prove", "--progress=quiet", file.toString());
        assertThat(call.out()).contains("+FROM scratch AS x");
        assertThat(call.err()).contains("the image stays the same");
        assertThat(file).content().isEqualTo("FROM scratch as x\nCOPY file.txt /\n");
    }

    @Test
    void fixThatBreaksTheBuild_isNotMade() throws Exception {
        String text = "FROM apt:1\nRUN apt-get install -y wget=1\n";
        Path file = write(text);
        Invocation call = prove("--fix=unsafe", file);
        assertThat(call.err())
                .contains("wget: recommendations needed")
                .contains("Dockerfile: it builds now, but would not with the changes\n")
                .contains("Dockerfile is left as it is\n")
                .doesNotContain("fixed:");
        assertThat(file).content().isEqualTo(text);
        assertThat(call.code()).isEqualTo(1);
        assertThat(slipway("lint", "--fix=unsafe", "--no-fail", file.toString()).code()).isZero();
        assertThat(file).content().as("without proof").contains("--no-install-recommends");
    }

    @Test
    void fixThatMendsTheBuild_isMade() throws Exception {
        Path file = write("FROM apt:1\nRUN apt-get install curl=8\n");
        Invocation call = prove("--fix", file);
        assertThat(call.err())
                .contains("Dockerfile: it does not build now, and would with the changes: ");
        assertThat(file).content().contains("apt-get install -y curl=8");
    }

    @Test
    void unknownBase_provesNothing() throws Exception {
        String text = "FROM localhost:1/nothing:1 as x\nCOPY file.txt /\n";
        Path file = write(text);
        Invocation call = prove("--fix", file);
        assertThat(call.err())
                .contains("localhost:1/nothing:1")
                .contains("Dockerfile: nothing is proved: it does not build, changed or not\n");
        assertThat(file).content().isEqualTo(text);
        assertThat(call.code()).isEqualTo(1);
    }

    @Test
    void stageTheBuildDoesNotNeed_isNotProved() throws Exception {
        Path file =
                write(
                        """
                        FROM scratch AS Tests
                        ENV A b
                        COPY file.txt /
                        FROM scratch
                        COPY file.txt /
                        """);
        assertThat(prove("--fix", file).err())
                .contains("the image stays the same")
                .contains("  not proved: the changes in stage tests, which this build does not");
        Path again = write("FROM scratch AS tests\nENV A b\nCOPY file.txt /\nFROM scratch\n");
        Invocation call =
                slipway(
                        "lint",
                        "--fix",
                        "--prove",
                        "--target=tests",
                        "--progress=quiet",
                        again.toString());
        assertThat(call.err()).contains("the image stays the same").doesNotContain("not proved");
    }

    @Test
    void buildArguments_andContext_areThoseOfLint() throws Exception {
        Path file = write("ARG BASE\nFROM $BASE as x\nCOPY other.txt /\n");
        Path context = Files.createDirectory(directory.resolve("context"));
        Files.writeString(context.resolve("other.txt"), "other\n");
        Invocation call =
                slipway(
                        "lint",
                        "--fix",
                        "--prove",
                        "--progress=quiet",
                        "--build-arg=BASE=box",
                        "--context=" + context,
                        file.toString());
        assertThat(call.err()).contains("the image stays the same");
    }

    @Test
    void cleanFile_isNotBuilt() throws Exception {
        Path file = write("FROM localhost:1/nothing:1\n");
        Invocation call = prove("--fix", file);
        assertThat(call.err()).isEmpty();
        assertThat(call.code()).isZero();
    }
}
