package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// What a user reads after a mistake: what is wrong, where it stands, what to do.
class BadInputTest {
    @TempDir private Path directory;
    private Path context;
    private Slipway slipway;

    @BeforeEach
    void prepare() throws Exception {
        Tool.need(Tool.installed("busybox"), "busybox");
        context = Files.createDirectories(directory.resolve("context"));
        Files.writeString(context.resolve("app.txt"), "app\n");
        Files.writeString(context.resolve("x.log"), "log\n");
        Files.writeString(context.resolve(".dockerignore"), "*.log\n");
        slipway = new Slipway(directory.resolve("home"));
        slipway.importBusybox(directory.resolve("scratch"));
    }

    @Test
    void unknownInstruction_isPointedAtWithTheNearest() throws Exception {
        assertThat(failure("FROM base\nRUNN echo hi\n"))
                .isEqualTo(
                        """
                        error: unknown instruction: RUNN
                          --> Dockerfile:2:1
                          2 | RUNN echo hi
                            | ^^^^
                        hint: Did you mean RUN?
                        """);
    }

    @Test
    void longLine_isShownUpToABound() throws Exception {
        String deep = "${a:-".repeat(5_000) + "x" + "}".repeat(5_000);
        String failure = failure("FROM base\nLABEL a=" + deep + "\n");
        assertThat(failure)
                .contains("variables are nested deeper than", "\n  2 | LABEL a=${a:-${a:-")
                .hasSizeLessThan(1_000);
    }

    @Test
    void unknownFlag_isPointedAtWithTheNearest() throws Exception {
        assertThat(failure("FROM base\nCOPY --form=x a b\n"))
                .isEqualTo(
                        """
                        error: unknown flag: --form
                          --> Dockerfile:2:6
                          2 | COPY --form=x a b
                            |      ^^^^^^^^
                        hint: Did you mean --from?
                        """);
    }

    @Test
    void severalErrors_areAllPointedAt() throws Exception {
        assertThat(failure("FROM base\nCOPY --form=x a b\nENV a\nRUNN echo hi\n"))
                .isEqualTo(
                        """
                        error: unknown flag: --form
                          --> Dockerfile:2:6
                          2 | COPY --form=x a b
                            |      ^^^^^^^^
                        hint: Did you mean --from?
                        error: ENV must have two arguments
                          --> Dockerfile:3:5
                          3 | ENV a
                            |     ^
                        error: unknown instruction: RUNN
                          --> Dockerfile:4:1
                          4 | RUNN echo hi
                            | ^^^^
                        hint: Did you mean RUN?
                        """);
    }

    @Test
    void controlCharactersOfTheFile_doNotReachTheTerminal() throws Exception {
        assertThat(failure("FROM base\n\033[31mEVIL x\n"))
                .startsWith("error: unknown instruction: ?[31mEVIL\n")
                .doesNotContain("\033");
    }

    @Test
    void manyErrors_areCutShort() throws Exception {
        assertThat(failure("FROM base\n" + "RUNN x\n".repeat(40)))
                .endsWith("error: 30 more errors in Dockerfile\n")
                .contains("--> Dockerfile:11:1")
                .doesNotContain("--> Dockerfile:12:1");
    }

    @Test
    void brokenJsonForm_isNamedAsSuch() throws Exception {
        assertThat(failure("FROM base\nCOPY [\"a\", \"b\"\n"))
                .contains("error: ", "--> Dockerfile:2", "hint: If JSON was meant");
    }

    @Test
    void missingCopySource_namesTheNearestFile() throws Exception {
        assertThat(failure("FROM base\nCOPY ap.txt /\n"))
                .isEqualTo(
                        """
                        error: [2/2] COPY ap.txt /: "ap.txt" not found
                          --> Dockerfile:2
                          2 | COPY ap.txt /
                        hint: Did you mean app.txt?
                        """);
    }

    @Test
    void ignoredCopySource_namesThePattern() throws Exception {
        assertThat(failure("FROM base\nCOPY x.log /\n"))
                .contains("x.log is hidden by '*.log' in .dockerignore", "add '!x.log' after it");
    }

    @Test
    void failingRun_showsCommandOutputCodeAndLines() throws Exception {
        Tool.needRoot();
        assertThat(failure("FROM base\nRUN echo one && \\\n    echo two >&2 && exit 7\n"))
                .contains("did not complete successfully: exit code: 7")
                .contains("  --> Dockerfile:2-3\n  2 | RUN echo one &&")
                .contains("  | one\n  | two\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FROM bsae | Did you mean base:latest?",
                "FROM base:2 | Did you mean base:latest?",
                "FROM base AS builder~FROM base~COPY --from=bulder /a /b | Did you mean the stage builder?",
                "FROM nosuch:1 | Bring it in with `slipway load`",
                "FROM base~COPY --from=base2 /a /b | Did you mean base:latest?",
                "FROM base~ADD --checksum=sha256:00 app.txt / | an ADD of its own",
                "FROM base~COPY app.txt x.log /dst | Write /dst/.",
                "FROM base~COPY --chown=nosuch app.txt / | Give numbers",
                "FROM base~STOPSIGNAL FOO | Write a name such as SIGTERM",
                "FROM ${X} | Give the argument a default"
            })
    void mistake_saysWhatToDo(String dockerfile, String hint) throws Exception {
        assertThat(failure(dockerfile.replace('~', '\n') + "\n"))
                .contains("error: ", "--> Dockerfile:", "hint: ", hint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# only a comment",
                "RUN x",
                "FROM base~ENV a",
                "FROM base~RUN <<EOF~x",
                "FROM base~EXPOSE 99999",
                "FROM base~RUN --mount=type=foo ls",
                "FROM base~COPY a",
                "FROM base~HEALTHCHECK --interval=foo CMD x",
                "FROM base~WORKDIR ${X:?needed}"
            })
    void wrongDockerfile_isPointedAt(String dockerfile) throws Exception {
        assertThat(failure(dockerfile.replace('~', '\n') + "\n")).contains("--> Dockerfile:");
    }

    @Test
    void unknownUser_isNamed() throws Exception {
        Tool.needRoot();
        assertThat(failure("FROM base\nUSER nosuch\nRUN id\n"))
                .contains("unable to find user nosuch", "--> Dockerfile:3", "hint: Add it in the");
    }

    @Test
    void missingTarget_namesTheStages() throws Exception {
        Files.writeString(context.resolve("Dockerfile"), "FROM base\n");
        assertThat(failed(1, "build", "--target", "x", context.toString()))
                .contains("there is no stage \"x\"", "None of its stages has a name");
        Files.writeString(context.resolve("Dockerfile"), "FROM base AS one\nFROM base\n");
        assertThat(failed(1, "build", "--target", "x", context.toString()))
                .contains("Its stages are one.");
    }

    @Test
    void whatIsNoDockerfile_isSaidSo() throws Exception {
        Path binary = directory.resolve("binary");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2});
        assertThat(failed(1, "build", "-f", binary.toString(), context.toString()))
                .contains("it is not text in UTF-8");
        assertThat(failed(1, "build", "-f", directory.toString(), context.toString()))
                .contains("is a directory, not a Dockerfile");
        assertThat(failed(1, "build", "-f", directory + "/none", context.toString()))
                .contains("there is no ", "hint: Name the Dockerfile with -f");
        Path huge = directory.resolve("huge");
        Files.write(huge, new byte[17 << 20]);
        assertThat(failed(1, "build", "-f", huge.toString(), context.toString()))
                .contains("too long to be a Dockerfile");
    }

    @Test
    void whatIsNoContext_isSaidSo() {
        assertThat(failed(1, "build", directory + "/none")).contains("does not exist");
        assertThat(failed(1, "build", context + "/app.txt")).contains("is not a directory");
        assertThat(failed(2, "build")).contains("takes exactly 1 argument", "Usage: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | build --targt x . | Did you mean --target?",
                "1 | build --platform a/b/c/d . | invalid platform",
                "2 | build --output type=foo . | unknown output type",
                "2 | build -o type=tar . | needs dest=",
                "2 | build --progress foo . | It takes one of auto",
                "1 | build -t Upper . | Did you mean upper?",
                "2 | build --secret id=x,src=/nonexistent/x . | there is no file",
                "125 | run --foo base | unknown flag",
                "125 | run nosuch | No such image",
                "127 | run base nosuchcmd | executable file not found",
                "126 | run base /etc/passwd | permission denied",
                "125 | run -u nosuch base id | unable to find user nosuch",
                "125 | run -v relative base id | an absolute path",
                "125 | run -w relative base id | an absolute path",
                "125 | run --memory foo base id | such as 512m",
                "125 | run --ulimit foo base id | name=soft",
                "125 | run --cap-drop FOO base id | unknown capability",
                "125 | run --network foo base id | host, none",
                "125 | run --env-file /etc base id | is a directory",
                "2 | save | at least 1 argument",
                "1 | save nosuch | No such image",
                "1 | load -i /nonexistent | /nonexistent",
                "1 | load -i /etc | no image",
                "1 | import /etc x | is a directory",
                "2 | imagse | Did you mean slipway images?",
                "2 | nonsense | See slipway --help."
            })
    void wrongCommandLine_saysWhatIsRight(int code, String line, String words) {
        Tool.needRoot();
        assertThat(failed(code, line.split(" "))).contains(words);
    }

    @Test
    void loadOfGarbage_saysItIsNoArchive() throws Exception {
        Path garbage = directory.resolve("garbage");
        Files.writeString(garbage, "not an archive ".repeat(1000));
        assertThat(failed(1, "load", "-i", garbage.toString())).contains("no tar archive");
    }

    @Test
    void storeThatCannotBeMade_isNamed() {
        assertThat(failed(1, "--home", "/proc/none", "images"))
                .contains("cannot create the store in /proc/none");
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void interruptDuringRun_leavesNothingAndKeepsWhatIsDone() throws Exception {
        Tool.needRoot();
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM base\nRUN echo first > /first\nRUN echo started; exec sleep 7654\n");
        Path log = directory.resolve("log");
        Process build = slipway.start(log, "build", "--progress", "plain", context.toString());
        try {
            while (build.isAlive() && !Files.readString(log).contains(" started\n")) {
                build.waitFor(20, TimeUnit.MILLISECONDS);
            }
            Tool.shell(directory, "kill -INT " + build.pid());
            assertThat(build.waitFor()).as(Files.readString(log)).isEqualTo(130);
        } finally {
            build.destroyForcibly();
        }
        assertThat(Files.readString(log)).doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(slipway.mounts()).isEmpty();
        assertThat(slipway.listing("tmp")).isEmpty();
        assertThat(sleepers()).isZero();
        Files.writeString(context.resolve("Dockerfile"), "FROM base\nRUN echo first > /first\n");
        assertThat(slipway.run("build", "--progress", "plain", context.toString()))
                .contains("RUN echo first > /first\n#2 CACHED");
    }

    private static long sleepers() {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).contains("sleep\0007654"))
                .count();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(
                    Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (java.io.IOException _) {
            return ""; // over
        }
    }

    private String failure(String dockerfile) throws Exception {
        Files.writeString(context.resolve("Dockerfile"), dockerfile);
        return failed(1, "build", "--progress", "quiet", context.toString());
    }

    private String failed(int code, String... arguments) {
        Tool.Outcome outcome = slipway.outcome(arguments);
        assertThat(outcome.code()).as(outcome.output()).isEqualTo(code);
        assertThat(outcome.output())
                .startsWith("error: ")
                .doesNotContain("\tat dev.")
                .doesNotContain("internal error");
        return outcome.output();
    }
}
