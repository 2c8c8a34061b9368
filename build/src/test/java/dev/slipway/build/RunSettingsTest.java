package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.container.Resources;
import dev.slipway.container.Ulimit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/// What a build asks of all its RUNs.
class RunSettingsTest {
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

    private static UnaryOperator<BuildRequest.Builder> with(
            UnaryOperator<RunSettings.Builder> settings) {
        return request -> request.runSettings(settings.apply(RunSettings.builder()).build());
    }

    @Test
    void ulimitShmAndHostName_reachTheCommand_andAreExplained() throws Exception {
        var dockerfile =
                "FROM busybox\nRUN ulimit -n; hostname; stat -f -c %b,%s /dev/shm; cat /etc/hosts\n";
        UnaryOperator<BuildRequest.Builder> first =
                r ->
                        with(s ->
                                        s.ulimits(List.of(Ulimit.parse("nofile=123:456")))
                                                .shmSizeBytes(1 << 20))
                                .apply(r)
                                .buildArg("BUILDKIT_SANDBOX_HOSTNAME", "builder");
        bench.build(dockerfile, first);
        assertThat(bench.log()).startsWith("123", "builder", "256,4096");
        bench.build(dockerfile, first);
        assertThat(bench.made()).isEmpty();
        bench.build(
                dockerfile,
                r ->
                        with(s -> s.ulimits(List.of(Ulimit.parse("nofile=124:456"))))
                                .apply(r)
                                .buildArg("BUILDKIT_SANDBOX_HOSTNAME", "other"));
        assertThat(bench.log()).startsWith("124", "other");
        assertThat(bench.reasons().getFirst())
                .contains("ulimit nofile changed: \"123:456\" → \"124:456\"")
                .contains("host name changed: \"builder\" → \"other\"")
                .contains("size of /dev/shm is no longer there");
    }

    @Test
    void resources_holdTheCommand_andAreNoPartOfTheKey() throws Exception {
        var dockerfile = "FROM busybox\nRUN tail /dev/zero || echo killed\n";
        var little = new Resources(32L << 20, 0, 0, 0, 0, "", "", 0);
        bench.build(dockerfile, with(s -> s.resources(little)));
        if (bench.warnings().isEmpty()) { // else this machine has no such cgroup
            assertThat(bench.log()).contains("killed");
        }
        bench.build(dockerfile, with(s -> s.resources(new Resources(1, 2, 3, 4, 5, "0", "0", 6))));
        assertThat(bench.made()).isEmpty();
    }

    @Test
    void cgroupParent_isPartOfTheKey() throws Exception {
        var dockerfile = "FROM busybox\nRUN true\n";
        var name = "slipway-build-" + ProcessHandle.current().pid();
        bench.build(dockerfile);
        bench.build(dockerfile, with(s -> s.cgroupParent("/" + name)));
        assertThat(bench.made()).hasSize(1);
        assertThat(bench.reasons().getFirst()).contains("cgroup parent is new: \"/" + name + "\"");
        assertThat(Path.of("/sys/fs/cgroup/memory", name)).doesNotExist();
    }

    @Test
    void networkHost_needsPermission() throws Exception {
        var dockerfile = "FROM busybox\nRUN --network=host ls /sys/class/net\n";
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(dockerfile))
                .withMessage("RUN --network=host is not allowed")
                .satisfies(e -> {
                    assertThat(e.hint()).isEqualTo("allow it with --allow network.host");
                    assertThat(SourceLines.placeOf(e.source())).isEqualTo("Dockerfile:2");
                });
        bench.build(dockerfile, with(s -> s.allow("network.host")));
        bench.build(dockerfile, r -> r.network(NetworkChoice.HOST));
        assertThat(bench.made()).isEmpty();
    }

    @Test
    void securityInsecure_needsPermission() throws Exception {
        var dockerfile =
                "FROM busybox\nRUN --security=insecure mkdir /m && mount -t tmpfs none /m\n";
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(dockerfile))
                .satisfies(e -> assertThat(e.hint()).contains("--allow security.insecure"));
        bench.build(dockerfile, with(s -> s.allow("security.insecure")));
        assertThat(bench.made()).hasSize(1);
    }

    @Test
    void cve202423653_onBuildTrigger_needsPermissionToo() throws Exception {
        bench.build("FROM busybox\nONBUILD RUN --security=insecure true\n", r -> r.tag("trap"));
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build("FROM trap\n"))
                .withMessageContaining("--security=insecure is not allowed");
    }

    @Test
    void volume_isTheMachinesOwn_andNeedsPermission() throws Exception {
        var host = Files.createDirectory(directory.resolve("host"));
        Files.writeString(host.resolve("in"), "from the machine\n");
        var dockerfile = "FROM busybox\nRUN cat /v/in && echo back > /v/out\n";
        var mount = new HostMount(host, "/v", false);
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> bench.build(dockerfile, with(s -> s.volume(mount))))
                .satisfies(e ->
                        assertThat(e.hint()).isEqualTo("allow it with --allow volume=" + host));
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                dockerfile,
                                with(s -> s.volume(mount).allow("volume=" + host + "-other"))));
        var result =
                bench.build(dockerfile, with(s -> s.volume(mount).allow("volume=" + directory)));
        assertThat(bench.log()).containsExactly("from the machine");
        assertThat(host.resolve("out")).hasContent("back\n");
        assertThat(bench.exists(result, "v")).isFalse();
    }

    @Test
    void volume_readOnly_cannotBeWritten_andChangesTheKey() throws Exception {
        var host = Files.createDirectory(directory.resolve("host"));
        var dockerfile = "FROM busybox\nRUN touch /v/x 2> /dev/null || echo refused\n";
        bench.build(
                dockerfile, with(s -> s.volume(HostMount.parse(host + ":/v:ro")).allow("volume")));
        assertThat(bench.log()).containsExactly("refused");
        bench.build(dockerfile, with(s -> s.volume(HostMount.parse(host + ":/v")).allow("volume")));
        assertThat(bench.reasons().getFirst()).contains("volume at /v changed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", ":/v", "/a:b", "/a:/", "/a:/b:z", "/a:/b/..", "/a:/b:ro:x"})
    void volume_wrong_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostMount.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "all", "security.insecure=1", "network", "fs.read=/"})
    void allow_unknown_isRefused(String entitlement) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunSettings.builder().allow(entitlement));
    }

    @Test
    void retry_beginsWithTheSameFiles() throws Exception {
        var dockerfile =
                """
                FROM busybox
                RUN --mount=type=cache,target=/c echo x >> /c/n; n=$(wc -l < /c/n); \\
                    test ! -e /left && touch /left /try$n && rm /etc/group && test $n -ge 3
                """;
        var result = bench.build(dockerfile, with(s -> s.attempts(new Attempts(2, 1_000_000, 0))));
        assertThat(bench.exists(result, "try3")).isTrue();
        assertThat(bench.exists(result, "try1")).isFalse();
        assertThat(bench.exists(result, "try2")).isFalse();
        assertThat(bench.warnings())
                .hasSize(2)
                .first()
                .asString()
                .contains("exit code: 1; trying again in 1ms, retry 1 of 2");
    }

    @Test
    void retry_inVain_failsAsTheLastAttemptDid() {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                "FROM busybox\nRUN echo why; exit 3\n",
                                with(s -> s.attempts(new Attempts(1, 0, 0)))))
                .satisfies(e -> {
                    assertThat(e.exitCode()).isEqualTo(3);
                    assertThat(e.lastLines()).containsExactly("why");
                });
        assertThat(bench.log()).containsExactly("why", "why");
    }

    @Test
    void timeout_killsTheCommandAndSaysSo() throws Exception {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                "FROM busybox\nRUN echo up; sleep 600 & sleep 600\n",
                                with(s -> s.attempts(new Attempts(0, 0, 300_000_000L)))))
                .withMessageContaining("did not end within 300ms and was killed")
                .satisfies(e -> assertThat(e.hint()).contains("--run-timeout"));
        bench.reopen();
        try (var temporaries = Files.newDirectoryStream(bench.home.resolve("tmp"))) {
            assertThat(temporaries).isEmpty();
        }
    }

    @Test
    void device_needsToBeAllowed_andIsGiven() throws Exception {
        var specs = Files.createDirectory(directory.resolve("cdi"));
        Files.writeString(
                specs.resolve("card.json"),
                """
                {"cdiVersion": "0.6.0", "kind": "vendor.com/card", "devices": [
                  {"name": "a", "containerEdits": {"env": ["CARD=a", "PATH=/bin:/tools"],
                    "deviceNodes": [{"path": "/dev/card0", "hostPath": "/dev/null"}],
                    "mounts": [{"hostPath": "/etc", "containerPath": "/tools", "options": ["ro"]}]}},
                  {"name": "free", "annotations": {"org.mobyproject.buildkit.device.autoallow": "true"}}]}
                """);
        var dockerfile =
                """
                FROM busybox
                RUN --device=vendor.com/card=a,required echo $CARD $PATH; echo x > /dev/card0; \\
                    test -e /tools/passwd && touch /tools/x 2> /dev/null || echo ro
                """;
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(
                        () -> bench.build(dockerfile, with(s -> s.cdiDirectories(List.of(specs)))))
                .withMessage("the device vendor.com/card=a is not allowed")
                .satisfies(e ->
                        assertThat(e.hint())
                                .isEqualTo("allow it with --allow device=vendor.com/card=a"));
        var result =
                bench.build(
                        dockerfile,
                        with(s ->
                                s.cdiDirectories(List.of(specs)).allow("device=vendor.com/card")));
        assertThat(bench.log().getFirst()).isEqualTo("a /bin:/tools");
        assertThat(bench.log()).endsWith("ro");
        assertThat(bench.exists(result, "tools")).isFalse();
        bench.build(
                "FROM busybox\nRUN --device=vendor.com/card=free true\n",
                with(s -> s.cdiDirectories(List.of(specs))));
        bench.build(
                dockerfile.replace("=a,required", "=a"),
                with(s -> s.cdiDirectories(List.of(specs)).allow("device")));
        assertThat(bench.made()).isEmpty();
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build(
                                dockerfile.replace("card=a", "card=z"),
                                with(s -> s.cdiDirectories(List.of(specs)).allow("device"))))
                .withMessage("the required device vendor.com/card=z is not registered")
                .satisfies(e -> assertThat(e.hint()).contains("known are vendor.com/card=a"));
    }
}
