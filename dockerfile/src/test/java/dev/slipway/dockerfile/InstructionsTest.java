package dev.slipway.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

class InstructionsTest {
    private static <T extends Instruction> T parse(Class<T> type, String instruction)
            throws DockerfileException {
        Dockerfile file = Dockerfile.parse("f", "FROM scratch\n" + instruction);
        return type.cast(file.instructions().getLast());
    }

    @Test
    void from_allParts() throws DockerfileException {
        Dockerfile file =
                Dockerfile.parse(
                        "f",
                        """
                        ARG V=1
                        FROM --platform=$BUILDPLATFORM go:$V as Build-1.x
                        FROM build-1.x
                        """);
        assertThat(file.globalArgs()).hasSize(1);
        From from = file.stages().getFirst().from();
        assertThat(from.image()).isEqualTo("go:$V");
        assertThat(from.platform()).isEqualTo("$BUILDPLATFORM");
        assertThat(from.name()).isEqualTo("Build-1.x");
        assertThat(file.stages().getFirst().name()).isEqualTo("build-1.x");
        assertThat(file.stages().get(1).name()).isNull();
        assertThat(file.stages()).extracting(Stage::index).containsExactly(0, 1);
    }

    @Test
    void copy_allFlags() throws DockerfileException {
        Copy copy =
                parse(
                        Copy.class,
                        "COPY --from=b --chown=1:2 --chmod=u=rwX,go=rX --link --parents=TRUE"
                                + " --exclude=*.o --exclude='x y' a b c/");
        assertThat(copy.sources()).containsExactly("a", "b");
        assertThat(copy.destination()).isEqualTo("c/");
        assertThat(copy.from()).isEqualTo("b");
        assertThat(copy.chown()).isEqualTo("1:2");
        assertThat(copy.chmod()).isEqualTo("u=rwX,go=rX");
        assertThat(copy.link()).isTrue();
        assertThat(copy.parents()).isTrue();
        assertThat(copy.excludes()).containsExactly("*.o", "x y");
    }

    @Test
    void copy_none() throws DockerfileException {
        Copy copy = parse(Copy.class, "copy --link=false --from= [\"a b\", \"c\"]");
        assertThat(copy.sources()).containsExactly("a b");
        assertThat(copy.destination()).isEqualTo("c");
        assertThat(copy.from()).isNull();
        assertThat(copy.link()).isFalse();
        assertThat(copy.chown()).isNull();
    }

    @Test
    void add_allFlags() throws DockerfileException {
        Add add =
                parse(
                        Add.class,
                        "ADD --checksum=sha256:ab --keep-git-dir --unpack=false --exclude=x"
                                + " https://h/a /b");
        assertThat(add.checksum()).isEqualTo("sha256:ab");
        assertThat(add.keepGitDir()).isTrue();
        assertThat(add.unpack()).isFalse();
        assertThat(add.excludes()).containsExactly("x");
        assertThat(parse(Add.class, "ADD a b").unpack()).isNull();
    }

    @Test
    void env_bothForms() throws DockerfileException {
        Env env = parse(Env.class, "ENV a=1 b=\"x y\" c=\\ d e='=' f=");
        assertThat(env.variables())
                .extracting(KeyValue::key, KeyValue::value)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", "1"),
                        org.assertj.core.groups.Tuple.tuple("b", "\"x y\""),
                        org.assertj.core.groups.Tuple.tuple("c", "\\ d"),
                        org.assertj.core.groups.Tuple.tuple("e", "'='"),
                        org.assertj.core.groups.Tuple.tuple("f", ""));
        KeyValue dangling = parse(Env.class, "ENV a=b\\\\\\").variables().getFirst();
        assertThat(dangling.value()).isEqualTo("b\\\\");
        KeyValue old = parse(Env.class, "ENV key  some  value=1 ").variables().getFirst();
        assertThat(old.legacy()).isTrue();
        assertThat(old.key()).isEqualTo("key");
        assertThat(old.value()).isEqualTo("some  value=1");
    }

    @Test
    void arg_names() throws DockerfileException {
        Arg arg = parse(Arg.class, "ARG a b= c=\"1 2\"");
        assertThat(arg.definitions())
                .extracting(ArgDefinition::name, ArgDefinition::defaultValue)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a", null),
                        org.assertj.core.groups.Tuple.tuple("b", ""),
                        org.assertj.core.groups.Tuple.tuple("c", "\"1 2\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CMD a b | a b | false",
                "CMD [\"a\",\"b\"] | a,b | true",
                "CMD [] | '' | true",
                "CMD | '' | false",
                "CMD [\"a\" | [\"a\" | false",
                "CMD [\"a\"] x | [\"a\"] x | false",
                "CMD ['a'] | ['a'] | false",
                "CMD [\"\\u0041\\/\"] | A/ | true",
                "CMD [\"a\",] | [\"a\",] | false",
                "CMD [,] | [,] | false",
                "CMD [\"a\tb\"] | [\"a\tb\"] | false",
                "CMD [01] | [01] | false",
                "CMD [ -x f ] | [ -x f ] | false",
                "CMD [\"\\ud800\"] | \uFFFD | true",
                "CMD [\"\\x\"] | [\"\\x\"] | false"
            })
    void cmd_jsonOrShell(String instruction, String command, boolean exec)
            throws DockerfileException {
        CommandForm form = parse(Cmd.class, instruction).command();
        if (exec) {
            assertThat(form).isInstanceOf(CommandForm.Exec.class);
            assertThat(String.join(",", ((CommandForm.Exec) form).args())).isEqualTo(command);
        } else {
            assertThat(form).isEqualTo(new CommandForm.ShellForm(command));
        }
    }

    @Test
    void healthcheck_values() throws DockerfileException {
        Healthcheck check =
                parse(
                        Healthcheck.class,
                        "HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0"
                                + " --start-interval=300ms --retries=3 cmd [\"x\"]");
        assertThat(check.interval()).isEqualTo(Duration.ofSeconds(90));
        assertThat(check.timeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(check.startPeriod()).isZero();
        assertThat(check.startInterval()).isEqualTo(Duration.ofMillis(300));
        assertThat(check.retries()).isEqualTo(3);
        assertThat(check.command()).isEqualTo(new CommandForm.Exec(List.of("x")));
        assertThat(parse(Healthcheck.class, "HEALTHCHECK none").command()).isNull();
        assertThat(parse(Healthcheck.class, "HEALTHCHECK CMD  a  b").command())
                .isEqualTo(new CommandForm.ShellForm("a  b"));
    }

    @ParameterizedTest
    @CsvSource({
        "1h2m3s, 3723000000000",
        "1.5h, 5400000000000",
        "2us, 2000",
        "2µs, 2000",
        "-1s, -1000000000",
        "+1s, 1000000000",
        ".5s, 500000000",
        "5.s, 5000000000",
        "0, 0",
        "1ns, 1"
    })
    void duration_good(String text, long nanos) {
        assertThat(GoDuration.parse(text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "s",
                ".s",
                "1x",
                "1s2",
                "--1s",
                "9999999h",
                "1e3s",
                "99999999999999999999s",
                "1 s"
            })
    void duration_bad(String text) {
        assertThat(GoDuration.parse(text)).isNull();
    }

    @Test
    void onBuild_keepsTheTrigger() throws DockerfileException {
        OnBuild onBuild = parse(OnBuild.class, "onbuild  COPY --from=x <<A \\\n  b/\nhi\nA\n");
        assertThat(onBuild.trigger()).isInstanceOf(Copy.class);
        assertThat(onBuild.expression()).isEqualTo("COPY --from=x <<A   b/\nhi\nA");
        Copy copy = (Copy) Dockerfile.parseTrigger("img", onBuild.expression());
        assertThat(copy.heredocs().getFirst().content()).isEqualTo("hi\n");
        assertThat(copy.from()).isEqualTo("x");
    }

    @Test
    void textInstructions_keepTheWholeLine() throws DockerfileException {
        assertThat(parse(User.class, "USER a b ").user()).isEqualTo("a b");
        assertThat(parse(Workdir.class, "WORKDIR  /a b").path()).isEqualTo("/a b");
        assertThat(parse(StopSignal.class, "STOPSIGNAL 9").signal()).isEqualTo("9");
        assertThat(parse(Maintainer.class, "MAINTAINER me <m@x>").name()).isEqualTo("me <m@x>");
        assertThat(parse(Volume.class, "VOLUME /a /b").paths()).containsExactly("/a", "/b");
        assertThat(parse(Expose.class, "EXPOSE 80 7-9/udp").ports())
                .containsExactly("80", "7-9/udp");
        assertThat(parse(Shell.class, "SHELL [\"a\",\"-c\"]").command()).containsExactly("a", "-c");
        assertThat(parse(Label.class, "LABEL \"a b\"=c").labels().getFirst().key())
                .isEqualTo("\"a b\"");
        assertThat(parse(Entrypoint.class, "ENTRYPOINT x").command())
                .isEqualTo(new CommandForm.ShellForm("x"));
    }

    @ParameterizedTest
    @CsvSource({
        "SIGTERM, true", "term, true", "15, true", "RTMIN+3, true", "SIGRTMAX-30, true", "0, false",
        "65, false", "SIG, false", "x, false", "RTMIN+31, false", "RTMIN-1, false", "'', false"
    })
    void stopSignal_isValid(String signal, boolean valid) {
        assertThat(StopSignal.isValid(signal)).isEqualTo(valid);
    }

    @ParameterizedTest
    @CsvSource({
        "80, 80/tcp",
        "80/UDP, 80/udp",
        "7-9/sctp, '7/sctp,8/sctp,9/sctp'",
        "127.0.0.1:8080:80, 80/tcp",
        "8080:80/tcp, 80/tcp"
    })
    void exposedPorts_good(String spec, String ports) {
        assertThat(String.join(",", ExposedPorts.parse(spec))).isEqualTo(ports);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "80/", "80/icmp", "9-7", "70000", "-1", "1-", "1-2-3", "٣"})
    void exposedPorts_bad(String spec) {
        assertThatThrownBy(() -> ExposedPorts.parse(spec))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void run_flags() throws DockerfileException {
        Run run =
                parse(
                        Run.class,
                        "RUN --network=none --security=insecure --device=vendor.com/c=x,required"
                                + " --device=name=y,required=false -- --not-a-flag");
        assertThat(run.network()).isEqualTo("none");
        assertThat(run.security()).isEqualTo("insecure");
        assertThat(run.devices())
                .containsExactly(new Device("vendor.com/c=x", true), new Device("y", false));
        assertThat(run.script()).isEqualTo("--not-a-flag");
        assertThat(parse(Run.class, "RUN [\"a\"]").script()).isNull();
    }

    private static Mount mount(String options) throws Exception {
        Run run = parse(Run.class, "RUN --mount=" + options + " x");
        Expander expander = new Expander('\\');
        return run.mounts()
                .getFirst()
                .resolve(word -> expander.expand(word, n -> n.equals("V") ? "val" : null));
    }

    @Test
    void mount_types() throws Exception {
        assertThat(mount("from=b,src=/s,dst=/d"))
                .isEqualTo(
                        new Mount(
                                Mount.Type.BIND,
                                "b",
                                "/s",
                                "/d",
                                true,
                                null,
                                null,
                                false,
                                null,
                                null,
                                null,
                                0,
                                null));
        assertThat(mount("type=cache,target=/$V,id=a-${V},sharing=Locked,mode=0750,uid=1,gid=2"))
                .isEqualTo(
                        new Mount(
                                Mount.Type.CACHE,
                                null,
                                null,
                                "/val",
                                false,
                                "a-val",
                                Mount.Sharing.LOCKED,
                                false,
                                0750,
                                1,
                                2,
                                0,
                                null));
        assertThat(mount("type=tmpfs,target=/t,size=1.5g").sizeBytes()).isEqualTo(3L << 29);
        assertThat(mount("TYPE=secret,source=s,env=E,required").env()).isEqualTo("E");
        assertThat(mount("type=secret,source=s").id()).isEqualTo("s");
        assertThat(mount("type=ssh,required=true").required()).isTrue();
        assertThat(mount("rw,target=/x").readOnly()).isFalse();
        assertThat(mount("type=cache,target=/x,ro").readOnly()).isTrue();
        assertThat(mount("rw=false,target=/x").readOnly()).isTrue();
        assertThat(mount("'\"source=a,b\",target=/x'").source()).isEqualTo("a,b");
    }

    @Test
    void mount_secretNamedByAVariable_isFine() throws DockerfileException {
        Run run = parse(Run.class, "RUN --mount=type=secret,id=$X y");
        assertThat(run.mounts()).hasSize(1);
    }

    @Test
    void mount_doubledQuoteInAField_isOne() throws DockerfileException {
        Run run = parse(Run.class, "RUN --mount='type=bind,\"source=a\"\"b\",ro' y");
        assertThat(run.mounts().getFirst().fields())
                .extracting(MountFlag.Field::text)
                .containsExactly("type=bind", "source=a\"b", "ro");
    }

    @Test
    void mount_variableThatExpandsWrong_failsWhenResolved() throws DockerfileException {
        Run run = parse(Run.class, "RUN --mount=type=$T,target=/x,mode=$M x");
        MountFlag flag = run.mounts().getFirst();
        assertThatThrownBy(() -> flag.resolve(w -> w.equals("$T") ? "bnd" : w))
                .isInstanceOf(MountException.class)
                .hasMessage("unsupported mount type \"bnd\" (did you mean bind?)");
        assertThatThrownBy(() -> flag.resolve(w -> w.equals("$T") ? "cache" : w))
                .hasMessage("invalid value for mode: $M");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1k, 1024",
        "1KiB, 1024",
        "2 mb, 2097152",
        "0.5g, 536870912",
        "1p, 1125899906842624"
    })
    void bytes_good(String text, long bytes) {
        assertThat(GoValues.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "k", "-1", "1x", "1.2.3", "1kk", "99999999999p"})
    void bytes_bad(String text) {
        assertThat(GoValues.bytes(text)).isNull();
    }
}
