package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The flags of `slipway build` about RUN steps.
class BuildRunFlagsTest {
    @TempDir Path directory;
    private Path context = Path.of("");

    @BeforeEach
    void files() throws Exception {
        context = Files.createDirectory(directory.resolve("context"));
        Files.writeString(
                context.resolve("Dockerfile"), "FROM scratch\nENV A=1 B=2\nLABEL l=1\nVOLUME /v\n");
    }

    private Invocation slipway(Map<String, String> more, String... args) {
        Map<String, String> env = new HashMap<>(more);
        env.put("SLIPWAY_HOME", directory.resolve("home").toString());
        return Invocation.with(env, "", args);
    }

    private Invocation build(String flags) {
        return slipway(Map.of(), ("build " + flags + " " + context).split(" ", -1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--resource=memory | invalid value \"memory\" for --resource",
                "--resource=disk=1 | unknown resource \"disk\"",
                "--resource=memory=lots | invalid value \"lots\" for memory",
                "--resource=cpu-quota=-1 | invalid value \"-1\" for cpu-quota",
                "-m=1g --memory-swap=1m | memory-swap is less than memory",
                "--memory-swap=-2 | invalid value \"-2\" for memory-swap",
                "--ulimit=files=1 | invalid ulimit type: files",
                "--shm-size=x | invalid value \"x\" for --shm-size",
                "--cgroup-parent=/a/../../b | invalid cgroup parent: /a/../../b",
                "--allow=everything | unknown entitlement everything",
                "--volume=/a | invalid --volume: /a: SOURCE:TARGET[:ro] is wanted",
                "--volume=/a:/b:z | the option z of a volume is not known",
                "--run-retries=-1 | invalid value \"-1\" for --run-retries",
                "--run-retries=101 | It takes a number from 0 to 100",
                "--run-timeout=5 | invalid value \"5\" for --run-timeout",
                "--unset=VOLUMES | invalid --unset: \"VOLUMES\" cannot be unset",
                "--unset=CMD=x | invalid --unset: CMD is one thing: it takes no name",
                "--ssh=default | --ssh default: there is no ssh agent",
                "--ssh=id=/no/such | --ssh id: there is no /no/such",
                "--ssh=id=/etc/passwd | /etc/passwd is no private key",
                "--secret=id=x,env=NO_SUCH | --secret x: the variable NO_SUCH is not set",
                "--secret=id=x,src=/etc | --secret x: there is no file /etc",
                "--secret=id=x,mode=1 | --secret does not know mode",
            })
    void flag_wrong_saysWhatItTakes(String flags, String message) {
        Invocation run = build(flags);
        assertThat(run.err()).startsWith("error: ").contains(message).doesNotContain("\tat ");
        assertThat(run.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--resource=memory=512m,cpuset-cpus=0,1,cpu-quota=5000 --resource=cpu-shares=2",
                "-m 512m --memory-swap=-1 -c 2 --cpu-period 1 --cpu-quota 1 --cpuset-mems 0",
                "--allow=network.host,security.insecure --allow=device=a/b=c --allow volume=/x",
                "--run-retries=2 --run-retry-delay=1m --run-timeout=1h30m",
                "--ulimit nofile=1:2 --shm-size=1g --cgroup-parent=x.slice",
            })
    void flag_right_isAccepted(String flags) {
        assertThat(build("-q " + flags).code()).isZero();
    }

    @Test
    void volume_notAllowed_isRefusedBeforeAnythingRuns() {
        Invocation run = build("--volume /etc:/e:ro");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo(
                        "error: the volume /etc is not allowed\nhint: Allow it with --allow"
                                + " volume=/etc.\n");
        assertThat(build("--volume /no/such:/e --allow volume").err())
                .contains("the volume /no/such does not exist");
    }

    @Test
    void unset_isOfTheFinishedImage_beforeLabel() {
        Invocation run =
                build("-t x --unset VOLUME --unsetenv A --unsetlabel l --label l=2 --unset user");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("WARNING: there is no USER to unset");
        assertThat(
                        slipway(
                                        Map.of(),
                                        "inspect",
                                        "-f",
                                        "{{.Config.Env}} {{json .Config.Labels}}"
                                                + " {{json .Config.Volumes}}",
                                        "x")
                                .out())
                .startsWith("[PATH=")
                .contains("B=2] {\"l\":\"2\"} null");
    }

    @Test
    void secret_ofEveryForm_isAccepted() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        Map<String, String> env = Map.of("NAME", "value");
        for (String form :
                new String[] {
                    "id=a,src=" + file,
                    "id=a,source=" + file,
                    "id=a,type=file,src=" + file,
                    "id=a,env=NAME",
                    "id=NAME",
                    "id=NAME,type=env",
                    "type=env,id=a,src=NAME"
                }) {
            Invocation run = slipway(env, "build", "-q", "--secret", form, context.toString());
            assertThat(run.code()).as(form + ": " + run.err()).isZero();
        }
    }
}
