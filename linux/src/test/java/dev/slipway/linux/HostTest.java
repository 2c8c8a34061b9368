package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;

class HostTest {
    @Test
    void process_isThisOne() throws Exception {
        assertThat(Host.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(Host.startTime(Host.pid())).isPositive();
        assertThat(Host.startTime(0x7fffffff)).isEqualTo(-1);
        assertThat(Host.bootId()).hasSize(36);
        assertThat(Host.cpuCount()).isPositive();
    }

    @Test
    void exit_skipsHooksAndGivesTheCode() throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Exiting.class.getName())
                        .redirectErrorStream(true)
                        .start();
        assertThat(child.getInputStream().readAllBytes()).isEmpty();
        assertThat(child.waitFor()).isEqualTo(42);
    }

    /// Exits with a hook that would be heard.
    static final class Exiting {
        private Exiting() {}

        @SuppressWarnings("unused")
        public static void main(String[] args) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
            Host.exit(42);
        }
    }
}
