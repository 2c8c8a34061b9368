package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The whole way as an ordinary user, who is made for the test and taken away afterwards.
class RootlessTest {
    private static final String DOCKERFILE =
            """
            FROM base
            COPY --chown=app:app file /owned
            RUN --mount=type=cache,target=/cache --mount=type=tmpfs,target=/t \\
                id -u; cat /proc/self/uid_map; echo x > /cache/x; touch /t/y; \\
                mkdir /made && chown app:extra /made && chmod 2750 /made
            RUN --network=none ls /sys/class/net
            USER app
            RUN id -u; touch /tmp/mine
            """;

    private final String user = "slipway-t" + ProcessHandle.current().pid() % 100_000;
    private Path home = Path.of("");
    private boolean made;

    @BeforeEach
    void makeUser() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("busybox"), "busybox (Debian: busybox-static)");
        Tool.need(Tool.installed("useradd"), "useradd (Debian: passwd)");
        Tool.need(Tool.installed("newuidmap"), "newuidmap (Debian: uidmap)");
        Tool.need(Tool.installed("setpriv"), "setpriv (Debian: util-linux)");
        // Not a @TempDir: only root may enter those.
        home = Files.createTempDirectory("slipway-rootless");
        Tool.run(Map.of(), "useradd", "--home-dir", home.toString(), "--no-create-home", user);
        made = true;
        Tool.need(hasIds(), "subordinate ids for new users");
        copyClassPath();
        Contexts.busyboxTar(home.resolve("base"));
        Files.writeString(home.resolve("file"), "content\n");
        Files.writeString(home.resolve("Dockerfile"), DOCKERFILE);
        Tool.run(Map.of(), "chown", "-R", user + ":" + user, home.toString());
        Tool.Outcome namespaces =
                asUser(List.of("unshare", "--user", "--map-auto", "--map-root-user", "true"));
        Tool.need(namespaces.code() == 0, "user namespaces for ordinary users");
    }

    @AfterEach
    void removeUser() throws Exception {
        if (made) {
            Tool.run(Map.of(), "rm", "-rf", home.toString());
            Tool.run(Map.of(), "userdel", user);
        }
    }

    private boolean hasIds() throws Exception {
        return Files.readAllLines(Path.of("/etc/subuid")).stream()
                .anyMatch(line -> line.startsWith(user + ":"));
    }

    /// Maven's repository may be where the user cannot look.
    private void copyClassPath() throws Exception {
        Path to = Files.createDirectory(home.resolve("classes"));
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (Files.exists(Path.of(entry))) {
                Path copy = to.resolve(String.valueOf(entries.size()));
                if (entry.endsWith(".jar")) {
                    copy = to.resolve(entries.size() + ".jar");
                }
                Tool.run(Map.of(), "cp", "-rL", entry, copy.toString());
                entries.add(copy.toString());
            }
        }
        Files.writeString(home.resolve("class-path"), String.join(File.pathSeparator, entries));
    }

    private Tool.Outcome asUser(List<String> command) throws Exception {
        List<String> all =
                new ArrayList<>(
                        List.of("setpriv", "--reuid", user, "--regid", user, "--init-groups"));
        all.addAll(List.of("env", "-i", "-C", home.toString(), "HOME=" + home));
        all.addAll(List.of("PATH=/usr/bin:/bin", "SLIPWAY_HOME=" + home.resolve("store")));
        all.addAll(command);
        return Tool.outcome(Map.of(), all);
    }

    private String slipway(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", Files.readString(home.resolve("class-path"))));
        command.add("dev.slipway.cli.Main");
        command.addAll(List.of(arguments));
        Tool.Outcome outcome = asUser(command);
        assertThat(outcome.code()).as(outcome.output()).isZero();
        return outcome.output();
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "runc"})
    void build_thenRun_asAnOrdinaryUser(String runtime) throws Exception {
        Tool.need(runtime.equals("embedded") || Tool.installed(runtime), runtime);
        slipway("import", "-c", "ENV PATH=/bin", home.resolve("base/base.tar").toString(), "base");
        String[] build = {"build", "--progress", "plain", "--runtime", runtime, "-t", "app", "."};
        String first = slipway(build);
        assertThat(first).containsPattern("\n#\\d+ [0-9.]+ 0\n").containsPattern(" 1000\n");
        // Root of the namespace, which is nobody special outside.
        assertThat(first).containsPattern(" 0 +" + userId() + " +1\n");
        assertThat(first).contains(" lo\n").doesNotContain(" eth0\n");
        assertThat(slipway(build)).contains(": 0 steps done");
        String listing =
                slipway(
                        "run",
                        "--rm",
                        "--runtime",
                        runtime,
                        "app",
                        "sh",
                        "-c",
                        "stat -c '%u:%g %a %n' /owned /made /tmp/mine; cat /owned");
        assertThat(listing.lines())
                .containsExactly(
                        "1000:1000 644 /owned",
                        "1000:2000 2750 /made",
                        "1000:1000 644 /tmp/mine",
                        "content");
        slipway("save", "-o", "app.tar", "app");
        assertThat(home.resolve("app.tar")).isNotEmptyFile();
        slipway("system", "prune", "-a", "-f");
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(home.toString());
    }

    private String userId() throws Exception {
        return Tool.run(Map.of(), "id", "-u", user).strip();
    }

    @Test
    void build_withoutRun_needsNoNamespace() throws Exception {
        Files.writeString(
                home.resolve("Dockerfile"), "FROM scratch\nCOPY --chown=12:13 file /file\n");
        assertThat(slipway("build", "--progress", "plain", ".")).contains(": 1 step done");
    }
}
