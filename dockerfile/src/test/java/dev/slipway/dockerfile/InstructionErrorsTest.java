package dev.slipway.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstructionErrorsTest {
    // The instruction is on line 2, after a FROM; `~` stands for a line end.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    RUM echo | 2:1 | unknown instruction: RUM (did you mean RUN?)
                    copyy a b | 2:1 | unknown instruction: copyy (did you mean copy?)
                    XYZZY | 2:1 | unknown instruction: XYZZY
                    COPY --chwon=a b c | 2:6 | unknown flag: --chwon (did you mean chown?)
                    COPY --bogus b c | 2:6 | unknown flag: --bogus
                    COPY --chown=a --chown=b c d | 2:16 | duplicate flag specified: --chown
                    COPY --from b c | 2:6 | missing a value on flag: --from
                    COPY --link= b c | 2:6 | missing a value on flag: --link
                    COPY --link=maybe b c | 2:6 | expecting boolean value for flag --link, not: maybe
                    COPY only | 2:6 | COPY requires at least two arguments, but only one was provided. Destination could not be determined
                    ADD | 2:1 | ADD requires at least two arguments, but only one was provided. Destination could not be determined
                    COPY a <<EOF~EOF | 2:8 | COPY cannot accept a heredoc as a destination
                    COPY <<EOF /x | 2:6 | unterminated heredoc
                    COPY ["a", 1] | 2:12 | when using JSON array syntax, arrays must be comprised of strings only
                    CMD [ "echo", [ "x" ] ] | 2:15 | when using JSON array syntax, arrays must be comprised of strings only
                    CMD --x a | 2:5 | unknown flag: --x
                    ENV PATH | 2:5 | ENV must have two arguments
                    ENV | 2:1 | ENV requires at least one argument
                    ENV a=b c | 2:9 | can't find = in "c": must be of the form name=value
                    ENV =x | 2:6 | ENV names can not be blank
                    LABEL a=b =x | 2:12 | LABEL names can not be blank
                    ARG | 2:1 | ARG requires at least one argument
                    ARG a =b | 2:7 | ARG names can not be blank
                    FROM | 2:1 | FROM requires either one or three arguments
                    FROM a b | 2:8 | FROM requires either one or three arguments
                    FROM a sa b | 2:8 | FROM requires either one or three arguments (did you mean AS?)
                    FROM a AS 1b | 2:11 | invalid name for build stage: "1b", name can't start with a number or contain symbols
                    FROM a AS b/c | 2:11 | invalid name for build stage: "b/c", name can't start with a number or contain symbols
                    FROM --plattform=x a | 2:6 | unknown flag: --plattform (did you mean platform?)
                    WORKDIR | 2:1 | WORKDIR requires exactly one argument
                    USER | 2:1 | USER requires exactly one argument
                    STOPSIGNAL | 2:1 | STOPSIGNAL requires exactly one argument
                    MAINTAINER | 2:1 | MAINTAINER requires exactly one argument
                    EXPOSE | 2:1 | EXPOSE requires at least one argument
                    VOLUME | 2:1 | VOLUME requires at least one argument
                    VOLUME ["/a", " "] | 2:15 | VOLUME specified can not be an empty string
                    SHELL sh -c | 2:7 | SHELL requires the arguments to be in JSON form
                    SHELL [] | 2:7 | SHELL requires at least one argument
                    HEALTHCHECK | 2:1 | HEALTHCHECK requires at least one argument
                    HEALTHCHECK CMD | 2:13 | Missing command after HEALTHCHECK CMD
                    HEALTHCHECK CMD [] | 2:13 | Missing command after HEALTHCHECK CMD
                    HEALTHCHECK TCP 80 | 2:13 | Unknown type "TCP" in HEALTHCHECK (try CMD)
                    HEALTHCHECK NONE x y | 2:18 | HEALTHCHECK NONE takes no arguments
                    HEALTHCHECK --interval=5 CMD x | 2:24 | invalid duration "5" for --interval: want a number with a unit, such as 30s or 1m30s
                    HEALTHCHECK --timeout=1us CMD x | 2:23 | Interval "timeout" cannot be less than 1ms
                    HEALTHCHECK --retries=-1 CMD x | 2:23 | --retries cannot be negative (-1)
                    HEALTHCHECK --retries=x CMD x | 2:23 | invalid number "x" for --retries
                    HEALTHCHECK --intervall=5s CMD x | 2:13 | unknown flag: --intervall (did you mean interval?)
                    ONBUILD | 2:1 | ONBUILD requires at least one argument
                    ONBUILD ONBUILD RUN x | 2:9 | Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed
                    ONBUILD from x | 2:9 | FROM isn't allowed as an ONBUILD trigger
                    ONBUILD MAINTAINER x | 2:9 | MAINTAINER isn't allowed as an ONBUILD trigger
                    ONBUILD ENV x | 2:13 | ENV must have two arguments
                    RUN --network=hots x | 2:5 | invalid network mode "hots" (did you mean host?)
                    RUN --security=x y | 2:5 | invalid security mode "x"
                    RUN --mount=type=bnd x | 2:13 | unsupported mount type "bnd" (did you mean bind?)
                    RUN --mount=type=cache,targt=/x y | 2:24 | unexpected key 'targt' in 'targt=/x' (did you mean target?)
                    RUN --mount=type=bind,uid=1 y | 2:5 | uid not allowed for "bind" type mounts
                    RUN --mount=type=tmpfs,mode=0700 y | 2:5 | mode not allowed for "tmpfs" type mounts
                    RUN --mount=type=cache,mode=9 y | 2:24 | invalid value for mode: 9
                    RUN --mount=type=cache,size=1 y | 2:24 | unexpected key 'size' for mount type 'cache'
                    RUN --mount=type=tmpfs,size=big y | 2:24 | invalid value for size: big
                    RUN --mount=type=bind,required y | 2:23 | unexpected key 'required' for mount type 'bind'
                    RUN --mount=type=ssh,sharing=locked y | 2:5 | invalid cache sharing set for ssh mount
                    RUN --mount=type=cache,sharing=lock y | 2:24 | unsupported sharing value "lock" (did you mean locked?)
                    RUN --mount=type=secret y | 2:5 | invalid secret mount. one of source, target required
                    RUN --mount=type=secret,id=a,src=b y | 2:5 | both source and id can't be set
                    RUN --mount=type=secret,id=a,from=b y | 2:5 | secret mount should not have a from
                    RUN --mount=type=bind,readonly=x y | 2:23 | invalid value for readonly: x
                    RUN --mount=type=bind,target y | 2:23 | invalid field 'target' must be a key=value pair
                    RUN --mount=env=X,type=secret y | 2:13 | unexpected key 'env' for mount type 'bind'
                    RUN --mount=type=bind,\\"x y | 2:5 | failed to parse csv mounts: "--mount=type=bind,\\"x"
                    RUN --device=a,b y | 2:16 | invalid field 'b' must be a key=value pair
                    RUN --mount y | 2:5 | missing a value on flag: --mount
                    """)
    void parse_wrongInstruction(String instruction, String position, String message) {
        String text = "FROM scratch\n" + instruction.replace('~', '\n') + "\n";
        DockerfileException e =
                catchThrowableOfType(
                        DockerfileException.class, () -> Dockerfile.parse("Dockerfile", text));
        assertThat(e).hasMessage("Dockerfile:" + position + ": " + message);
        assertThat(e.sourceLine()).isEqualTo(instruction.replaceFirst("~.*", ""));
        assertThat(Dockerfile.parseTolerant("Dockerfile", text).instructions()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "RUN x | 1:1 | no build stage in current context: FROM must come before RUN",
                "'' | 1:1 | file with no instructions",
                "# x | 1:1 | file with no instructions",
                "ARG a | 1:1 | dockerfile contains no stages to build",
                "# escape=x~FROM a | 1:10 | invalid escape token 'x' does not match ` or \\",
                "# escape=`~#Escape=\\~FROM a | 2:1 | only one escape parser directive can be used",
                "\\ | 1:1 | no instruction before the line continuation",
                "FROM a~FROM~RUN x | 2:1 | FROM requires either one or three arguments"
            })
    void parse_wrongFile(String text, String position, String message) {
        String file = text.replace('~', '\n');
        DockerfileException e =
                catchThrowableOfType(DockerfileException.class, () -> Dockerfile.parse("f", file));
        assertThat(e).hasMessage("f:" + position + ": " + message);
        assertThat(e.errors()).hasSize(1);
    }

    @Test
    void parse_severalErrors_carriesAllInOrder() {
        DockerfileException e =
                catchThrowableOfType(
                        DockerfileException.class,
                        () -> Dockerfile.parse("f", "FROM a\nRUM x\nCOPY --a --b c d\nENV\n"));
        assertThat(e.errors())
                .extracting(p -> p.range().start().line())
                .containsExactly(2, 3, 3, 4);
        assertThat(e.reason()).isEqualTo("unknown instruction: RUM");
        assertThat(e.suggestion()).isEqualTo("RUN");
        assertThat(e.fileName()).isEqualTo("f");
    }

    @Test
    void pointer_underTheRange() {
        DockerfileException e =
                catchThrowableOfType(
                        DockerfileException.class,
                        () -> Dockerfile.parse("f", "FROM a\r\n\tCOPY --chwon=x a b\r\n"));
        assertThat(e.pointer(e.errors().getFirst()))
                .isEqualTo("\tCOPY --chwon=x a b\n\t     ^^^^^^^^^");
    }

    @Test
    void pointer_longLine_isCutAroundThePlace() {
        DockerfileException e =
                catchThrowableOfType(
                        DockerfileException.class,
                        () ->
                                Dockerfile.parse(
                                        "f", "FROM a\nENV " + "a=b ".repeat(1000) + "oops x=y\n"));
        String[] lines = e.pointer(e.errors().getFirst()).split("\n", -1);
        assertThat(lines[0].substring(lines[1].indexOf('^'), lines[1].length())).isEqualTo("oops");
        assertThat(lines[0].length()).isLessThanOrEqualTo(120);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ONBUILD RUM x",
                "ONBUILD COPY --nope a b",
                "ARG --x a",
                "STOPSIGNAL --x 9",
                "HEALTHCHECK --interval=1s NONE"
            })
    void parse_whatBuildKitLetsPass_isAWarning(String instruction) throws DockerfileException {
        Dockerfile file = Dockerfile.parse("f", "FROM a\n" + instruction);
        assertThat(file.problems())
                .singleElement()
                .extracting(Problem::severity)
                .isEqualTo(Problem.Severity.WARNING);
    }

    @Test
    void parse_notUtf8_pointsAtTheByte() {
        byte[] bytes = {'F', 'R', 'O', 'M', ' ', 'a', '\n', '#', ' ', (byte) 0xC3, '('};
        assertThatThrownBy(() -> Dockerfile.parse("f", bytes))
                .hasMessage("f:2:3: not UTF-8: invalid bytes follow");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "RUN a\nRUN b",
                "FROM a",
                "onbuild RUN a",
                "MAINTAINER a",
                "RUM a",
                "ARG"
            })
    void parseTrigger_notOneAllowedInstruction_fails(String expression) {
        assertThatThrownBy(() -> Dockerfile.parseTrigger("img", expression))
                .isInstanceOf(DockerfileException.class);
    }
}
