package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A shell on a real terminal, which script(1) makes, where a step failed.
class FailureShellTest {
    private static final int PATIENCE_SECONDS = 60;
    private static final String GREETING = "End it with exit.";

    @TempDir Path work;
    private Slipway slipway;
    private Path context;

    @BeforeEach
    void image() throws Exception {
        Tool.needRoot();
        Tool.need(Tool.installed("busybox"), "busybox (Debian: busybox-static)");
        Tool.need(Tool.installed("script"), "script (Debian: bsdutils)");
        slipway = new Slipway(work.resolve("home"));
        slipway.importBusybox(work.resolve("base"));
        context = Files.createDirectory(work.resolve("context"));
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM base\nENV NAME=here\nWORKDIR /tmp\nRUN echo left > /left; exit 5\n");
    }

    /// A process on a terminal, and what it has written so far.
    private final class Terminal implements AutoCloseable {
        private final Process process;
        private final StringBuilder text = new StringBuilder();

        Terminal(String arguments) throws IOException {
            String command =
                    Path.of(System.getProperty("java.home"), "bin", "java")
                            + " --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC"
                            + " -XX:TieredStopAtLevel=1 -cp \"$SLIPWAY_TEST_PATH\""
                            + " dev.slipway.cli.Main "
                            + arguments;
            ProcessBuilder builder = new ProcessBuilder("script", "-qec", command, "/dev/null");
            builder.environment().put("SLIPWAY_HOME", slipway.home().toString());
            builder.environment().put("SLIPWAY_TEST_PATH", System.getProperty("java.class.path"));
            builder.environment().put("SHELL", "/bin/sh");
            builder.redirectErrorStream(true);
            process = builder.start();
            // What is waited for in vain ends as a failure that shows what came instead.
            CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .execute(this::close);
        }

        void type(String keys) throws IOException {
            process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        /// Reads until `wanted` has been written, and forgets what came up to there.
        void await(String wanted) throws IOException {
            int at;
            while ((at = text.indexOf(wanted)) < 0) {
                byte[] bytes = new byte[4096];
                int count = process.getInputStream().read(bytes);
                assertThat(count).as("waiting for %s, got %s", wanted, text).isPositive();
                text.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
            }
            text.delete(0, at + wanted.length());
        }

        /// Until then the terminal is that of the command itself, which knows lines and Ctrl-C.
        void awaitPrompt() throws IOException {
            await(GREETING);
            await("# ");
        }

        int end() throws Exception {
            byte[] rest = process.getInputStream().readAllBytes();
            text.append(new String(rest, StandardCharsets.UTF_8));
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private void assertNothingIsLeft() throws IOException {
        assertThat(slipway.mounts()).isEmpty();
        assertThat(slipway.listing("tmp")).isEmpty();
        assertThat(slipway.listing("leases")).isEmpty();
    }

    @Test
    void build_onFailureShell_thenExit_endsWithTheFailure() throws Exception {
        try (Terminal terminal = new Terminal("build --on-failure shell " + context)) {
            terminal.awaitPrompt();
            // Put together by the shell, so that the echo of what is typed is not taken for the
            // answer.
            terminal.type("echo \"<$(cat /left) $NAME $(pwd) $(tty)>\"\n");
            terminal.await("<left here /tmp /dev/pts/0>");
            terminal.type("sh -c 'echo \"<$((40 + 2))>\"; sleep 1000'\n");
            terminal.await("<42>");
            terminal.type("\u0003"); // the command gets it, not the build
            terminal.await("# ");
            terminal.type("exit 3\n");
            assertThat(terminal.end()).isEqualTo(1);
            assertThat(terminal.text).contains("exit code: 5");
        }
        assertNothingIsLeft();
    }

    @Test
    void buildxDebug_onError_isTheSame() throws Exception {
        try (Terminal terminal = new Terminal("buildx debug build --on=error " + context)) {
            terminal.awaitPrompt();
            terminal.type("\u0004");
            assertThat(terminal.end()).isEqualTo(1);
        }
        assertNothingIsLeft();
    }

    @Test
    void debug_afterwards_opensAShell_theOneSHELLNames() throws Exception {
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM base\nSHELL [\"/bin/ash\", \"-c\"]\nRUN echo > /x; exit 1\n");
        assertThat(slipway.outcome("build", context.toString()).code()).isEqualTo(1);
        try (Terminal terminal = new Terminal("debug")) {
            terminal.awaitPrompt();
            terminal.type("echo \"<$0 $(ls /x)>\"\n");
            terminal.await("</bin/ash /x>");
            terminal.type("exit 4\n");
            assertThat(terminal.end()).isEqualTo(4);
        }
        assertNothingIsLeft();
    }

    @Test
    void shell_toldToEnd_leavesNothing() throws Exception {
        assertThat(slipway.outcome("build", context.toString()).code()).isEqualTo(1);
        try (Terminal terminal = new Terminal("debug")) {
            terminal.awaitPrompt();
            terminal.type("echo \"<$((40 + 2))>\"\n");
            terminal.await("<42>");
            List<ProcessHandle> java =
                    terminal.process
                            .descendants()
                            .filter(p -> p.info().command().orElse("").endsWith("/java"))
                            .toList();
            assertThat(java).hasSize(1);
            java.getFirst().destroy(); // SIGTERM
            terminal.end();
        }
        assertNothingIsLeft();
    }

    @Test
    void withoutTerminal_commandsWorkAndShellsAreRefused() {
        assertThat(slipway.outcome("build", "--on-failure=shell", context.toString()))
                .satisfies(outcome -> assertThat(outcome.code()).isEqualTo(2))
                .satisfies(outcome -> assertThat(outcome.output()).contains("needs a terminal"));
        assertThat(slipway.outcome("build", context.toString()).code()).isEqualTo(1);
        assertThat(slipway.outcome("debug").output()).contains("needs a terminal");
        assertThat(slipway.run("debug", "--", "cat", "/left")).isEqualTo("left\n");
        assertThat(slipway.outcome("debug", "^0", "--", "sh", "-c", "exit 6").code()).isEqualTo(6);
        assertThat(slipway.outcome("debug", "^0", "--", "nowhere").code()).isEqualTo(1);
        assertThat(slipway.outcome("debug", "^0", "99", "--", "true").code()).isEqualTo(2);
    }
}
