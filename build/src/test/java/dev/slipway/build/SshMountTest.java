package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// `RUN --mount=type=ssh`, judged by OpenSSH: its tools talk to the socket that commands see.
class SshMountTest {
    /// What ssh-add says where nobody listens, as in the moment between an agent's bind and listen.
    private static final int NO_AGENT = 2;

    private static final List<String> TOOLS = List.of("ssh-keygen", "ssh-add", "ssh-agent");

    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        for (var tool : TOOLS) {
            Assumptions.assumeTrue(
                    Files.isExecutable(Path.of("/usr/bin", tool)) || System.getenv("CI") != null,
                    "needs " + tool + " (Debian: openssh-client)");
        }
        bench = Bench.asRoot(directory);
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    private record Ended(int code, String output) {}

    private Ended tool(String socket, String... command) throws Exception {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SSH_AUTH_SOCK", socket);
        builder.redirectInput(Path.of("/dev/null").toFile());
        var process = builder.start();
        var output = text(process);
        return new Ended(process.waitFor(), output);
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private Path key(String name, String... options) throws Exception {
        var file = directory.resolve(name);
        var command = new ArrayList<>(List.of("ssh-keygen", "-q", "-N", "", "-C", name, "-f"));
        command.add(file.toString());
        command.addAll(List.of(options));
        var ended = tool("", command.toArray(String[]::new));
        assertThat(ended.code()).as(ended.output()).isZero();
        return file;
    }

    private static String blob(Path key) throws IOException {
        return Files.readString(Path.of(key + ".pub")).split(" ", -1)[1];
    }

    private SshAgentSocket serve(SshSource source) throws IOException {
        var mount = new RunMount.Ssh("default", "/x", false, 0, 0, 0600);
        return SshAgentSocket.listen(
                Files.createTempDirectory(Path.of("/tmp"), "s"), source, mount);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "ed25519, -t ed25519",
                "rsa, -t rsa -b 2048",
                "rsapem, -t rsa -b 2048 -m PEM",
                "rsapkcs8, -t rsa -b 2048 -m PKCS8",
                "ecdsa256, -t ecdsa -b 256",
                "ecdsa384, -t ecdsa -b 384",
                "ecdsa521, -t ecdsa -b 521"
            })
    void keys_areListedAndSign_asOpenSshChecks(String name, String options) throws Exception {
        var key = key(name, options.split(" ", -1));
        var text = Files.writeString(directory.resolve("text"), "to be signed\n");
        try (var socket = serve(SshSource.of(List.of(key)))) {
            var listed = tool(socket.path().toString(), "ssh-add", "-L");
            assertThat(listed.output()).contains(blob(key));
            var publicKey = key + ".pub";
            Files.move(key, directory.resolve("hidden")); // so that only the agent can sign
            var signed =
                    tool(
                            socket.path().toString(),
                            "ssh-keygen",
                            "-Y",
                            "sign",
                            "-n",
                            "test",
                            "-f",
                            publicKey,
                            text.toString());
            assertThat(signed.code()).as(signed.output()).isZero();
        }
        var check =
                new ProcessBuilder(
                                "ssh-keygen",
                                "-Y",
                                "check-novalidate",
                                "-n",
                                "test",
                                "-s",
                                text + ".sig")
                        .redirectInput(text.toFile())
                        .redirectErrorStream(true)
                        .start();
        var output = text(check);
        assertThat(check.waitFor()).as(output).isZero();
    }

    @Test
    void agent_isServed_butCannotBeChanged() throws Exception {
        var key = key("k", "-t", "ed25519");
        var own = directory.resolve("own").toString();
        var agent = new ProcessBuilder("ssh-agent", "-D", "-a", own).start();
        try {
            while (tool(own, "ssh-add", "-l").code() == NO_AGENT) {
                assertThat(agent.isAlive()).isTrue();
            }
            assertThat(tool(own, "ssh-add", key.toString()).code()).isZero();
            try (var socket = serve(SshSource.of(List.of(Path.of(own))))) {
                var place = socket.path().toString();
                assertThat(tool(place, "ssh-add", "-L").output()).contains(blob(key));
                assertThat(tool(place, "ssh-add", "-D").code()).isNotZero();
                var more = key("more", "-t", "ed25519");
                assertThat(tool(place, "ssh-add", more.toString()).code()).isNotZero();
            }
            assertThat(tool(own, "ssh-add", "-L").output().lines()).hasSize(1);
        } finally {
            agent.destroy();
            agent.waitFor();
        }
    }

    @Test
    void key_withPassphrase_isRefusedWithAdvice() throws Exception {
        for (var form : List.of("RFC4716", "PEM")) {
            var key = directory.resolve("locked" + form);
            tool("", "ssh-keygen", "-q", "-t", "rsa", "-m", form, "-N", "secret", "-f", key + "");
            assertThatIOException()
                    .isThrownBy(() -> SshSource.of(List.of(key)))
                    .withMessageContaining("has a passphrase")
                    .withMessageContaining("ssh-add");
        }
    }

    @Test
    void key_noneOrUnknown_isRefused() throws Exception {
        var none = Files.writeString(directory.resolve("none"), "hello\n");
        assertThatIOException()
                .isThrownBy(() -> SshSource.of(List.of(none)))
                .withMessageContaining("no private key");
        var cut = key("cut", "-t", "ed25519");
        var text = Files.readString(cut);
        Files.writeString(cut, text.substring(0, 120) + text.substring(text.indexOf("\n-----END")));
        assertThatIOException().isThrownBy(() -> SshSource.of(List.of(cut)));
    }

    @Test
    void mount_isASocketOfTheAskedOwner_andSetsTheVariable() throws Exception {
        var key = key("k", "-t", "ed25519");
        var source = new AtomicReference<SshSource>(SshSource.of(List.of(key)));
        bench.build(
                """
                FROM busybox
                RUN --mount=type=ssh echo $SSH_AUTH_SOCK; stat -c '%F %a %u' $SSH_AUTH_SOCK
                RUN --mount=type=ssh,target=/agent,uid=1000,mode=0660 \\
                    echo $SSH_AUTH_SOCK; stat -c '%F %a %u' /agent
                RUN --mount=type=ssh,id=other env | grep SSH; test ! -e $SSH_AUTH_SOCK
                """,
                r -> r.ssh("default", source.get()));
        assertThat(bench.log())
                .containsExactly(
                        "/run/buildkit/ssh_agent.0",
                        "socket 600 0",
                        "/agent",
                        "socket 660 1000",
                        "SSH_AUTH_SOCK=/run/buildkit/ssh_agent.0");
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() ->
                        bench.build("FROM busybox\nRUN --mount=type=ssh,id=other,required true\n"))
                .satisfies(e -> assertThat(e.hint()).isEqualTo("give it with --ssh other"));
    }
}
