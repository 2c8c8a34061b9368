package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.linux.Host;

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
import java.util.Set;
import java.util.function.UnaryOperator;

/// What a container without a network sees of those that had its network namespace before it.
class NetworkReuseTest {
    private static final String IDENTITY = "readlink /proc/self/ns/net";

    /// A listening socket with an abstract name, and a client for it.
    private static final String LISTEN =
            "socket(S, AF_UNIX, SOCK_STREAM, 0) or die; "
                    + "bind(S, pack_sockaddr_un(qq(\\0left))) or die qq($!); listen(S, 1) or die; ";

    private static final String CONNECT =
            "socket(S, AF_UNIX, SOCK_STREAM, 0) or die; "
                    + "print connect(S, pack_sockaddr_un(qq(\\0left))) ? qq(there) : qq($!)";

    @TempDir Path directory;
    private Runtime runtime = Runtimes.embedded();
    private int containers;

    @BeforeEach
    void privileges() throws ContainerException {
        BusyboxRoot.requires(Host.uid() == 0, "root");
        runtime = Runtimes.reusing("");
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private record Started(RunningContainer container, Capture output) implements AutoCloseable {
        @Override
        public void close() throws ContainerException {
            container.close();
        }

        String finish() throws Exception {
            assertThat(container.waitFor()).as(output.text()).isZero();
            return output.text().strip();
        }
    }

    private Started start(String script, UnaryOperator<ContainerSpec.Builder> more)
            throws Exception {
        BusyboxRoot root = new BusyboxRoot(directory.resolve("c" + containers++));
        // For perl, which can do with sockets what busybox cannot.
        Files.createSymbolicLink(root.lower.resolve("lib"), Path.of("usr/lib"));
        Files.createSymbolicLink(root.lower.resolve("lib64"), Path.of("usr/lib64"));
        ContainerSpec.Builder spec =
                ContainerSpec.builder(root.overlay(), List.of("/bin/sh", "-c", script))
                        .env(List.of("PATH=/bin:/usr/bin"))
                        .mounts(List.of(new MountSpec.Bind(Path.of("/usr"), "/usr", true)))
                        .network(NetworkMode.NONE);
        Capture output = new Capture();
        var io = new ContainerIo.Streams(null, output, output);
        return new Started(runtime.start(more.apply(spec).build(), io), output);
    }

    private String run(String script) throws Exception {
        try (Started started = start(script, spec -> spec)) {
            return started.finish();
        }
    }

    private static String perl(String code) {
        BusyboxRoot.requires(Files.isExecutable(Path.of("/usr/bin/perl")), "perl");
        return "perl -MSocket -e '" + code + "'";
    }

    @Test
    void next_afterOneThatDidNothing_hasItsNamespace() throws Exception {
        assertThat(run(IDENTITY)).startsWith("net:[").isEqualTo(run(IDENTITY));
    }

    @Test
    void twoAtOnce_haveDifferentOnes_andCannotTalk() throws Exception {
        run("true"); // leaves a free one
        String listen = IDENTITY + "; busybox nc -l -p 7 < /dev/null & sleep 0.1; wait";
        String connect = "; busybox nc -w 1 127.0.0.1 7 < /dev/null && echo connected";
        try (Started server = start(listen, spec -> spec)) {
            server.output().await("net:[");
            String seen = run(IDENTITY + connect + " || true");
            assertThat(seen).startsWith("net:[").doesNotContain("connected");
            assertThat(server.output().text()).doesNotContain(seen.lines().findFirst().get());
        }
    }

    @Test
    void listeningSockets_ofTheLast_areGone() throws Exception {
        String server = perl(LISTEN + "print qq(up); close STDOUT; sleep 100");
        String left =
                "{ " + server + " & busybox nc -l -p 7 < /dev/null & } | head -c 2; " + IDENTITY;
        assertThat(run(left)).startsWith("up");
        assertThat(run(perl(CONNECT))).isEqualTo("Connection refused");
        assertThat(run("cat /proc/net/unix; awk 'NR > 1 && $4 == \"0A\"' /proc/net/tcp"))
                .doesNotContain("left")
                .hasLineCount(1); // the heading
    }

    @Test
    void next_afterOneThatUsedLoopback_hasAnother() throws Exception {
        String first = run("busybox ping -c 1 127.0.0.1 > /dev/null; " + IDENTITY);
        assertThat(run(IDENTITY + "; grep lo: /proc/net/dev | tr -d '0 '"))
                .doesNotContain(first)
                .endsWith("lo:");
    }

    @Test
    void next_afterOneOfWhichASocketIsLeft_hasAnother() throws Exception {
        String left;
        Process outside;
        try (Started started = start(IDENTITY + "; sleep 100", spec -> spec)) {
            started.output().await("net:[");
            left = started.output().text().strip();
            // As a process that was sent a socket would keep it.
            String network = "--net=/proc/" + started.container().pid() + "/ns/net";
            String code = LISTEN + "$| = 1; print qq(up); sleep 100";
            outside =
                    new ProcessBuilder("nsenter", network, "perl", "-MSocket", "-e", code).start();
            assertThat(outside.getInputStream().read()).isEqualTo('u');
            started.container().signal(9);
            started.container().waitFor();
        }
        try {
            assertThat(run(IDENTITY)).isNotEqualTo(left);
        } finally {
            outside.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void next_afterOneWithMoreRights_seesNothingOfIt(boolean privileged) throws Exception {
        String change = "ip address add 10.9.8.7/32 dev lo";
        try (Started started =
                start(
                        change,
                        spec ->
                                privileged
                                        ? spec.privileged(true)
                                        : spec.capAdd(Set.of("NET_ADMIN")))) {
            started.finish();
        }
        // Not by its number: the kernel gives that to another when the first is gone.
        assertThat(run("ip address show dev lo")).contains("127.0.0.1").doesNotContain("10.9.8.7");
    }

    @Test
    void close_whileOneRuns_leavesNothingOpen() throws Exception {
        long before = openNamespaces();
        try (Started started = start("sleep 100", spec -> spec)) {
            runtime.close();
            started.container().signal(9);
            started.container().waitFor();
        }
        assertThat(openNamespaces()).isEqualTo(before);
    }

    private static long openNamespaces() throws Exception {
        try (var fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(fd -> isNamespace(fd)).count();
        }
    }

    private static boolean isNamespace(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString().startsWith("net:[");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }
}
