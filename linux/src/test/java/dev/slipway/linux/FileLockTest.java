package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

class FileLockTest {
    @TempDir Path temp;
    private Path file;

    @BeforeEach
    void name() {
        file = temp.resolve("lock");
    }

    @Test
    void exclusive_keepsOthersOutUntilClosed() throws IOException {
        try (FileLock _ = FileLock.exclusive(file)) {
            assertThat(FileLock.tryExclusive(file)).isNull();
            assertThat(FileLock.tryShared(file)).isNull();
        }
        try (FileLock next = FileLock.tryExclusive(file)) {
            assertThat(next).isNotNull();
        }
    }

    @Test
    void shared_admitsOtherSharersOnly() throws IOException {
        try (FileLock _ = FileLock.shared(file);
                FileLock second = FileLock.tryShared(file)) {
            assertThat(second).isNotNull();
            assertThat(FileLock.tryExclusive(file)).isNull();
        }
    }

    @Test
    void lock_heldByAnotherProcess_isFreedByItsDeath() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process holder =
                new ProcessBuilder(
                                java,
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Holder.class.getName(),
                                file.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            assertThat(holder.getInputStream().read()).isEqualTo('L');
            assertThat(FileLock.tryExclusive(file)).isNull();
            Files.newByteChannel(file).close(); // a fcntl lock would not survive this in the holder
        } finally {
            holder.destroyForcibly();
        }
        FileLock.exclusive(file).close();
        holder.waitFor();
    }

    /// Takes a lock and keeps it until killed.
    static final class Holder {
        private Holder() {}

        @SuppressWarnings("unused")
        public static void main(String[] args) throws Exception {
            try (FileLock _ = FileLock.exclusive(Path.of(args[0]))) {
                System.out.write('L');
                System.out.flush();
                int _ = System.in.read();
            }
        }
    }

    @Test
    void exclusive_waitsAndCanBeInterrupted() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (FileLock _ = FileLock.exclusive(file)) {
            Thread waiter =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    FileLock.exclusive(file).close();
                                } catch (IOException e) {
                                    thrown.set(e);
                                }
                            });
            waiter.interrupt();
            waiter.join();
        }
        assertThat(thrown.get())
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINTR));
    }

    @Test
    void exclusive_onRemovedFile_locksTheNewOne() throws IOException {
        try (FileLock _ = FileLock.exclusive(file)) {
            Files.delete(file);
            try (FileLock second = FileLock.tryExclusive(file)) {
                assertThat(second).isNotNull();
                assertThat(FileLock.tryExclusive(file)).isNull();
            }
        }
    }

    @Test
    void exclusive_withoutDirectory_fails() {
        assertThatThrownBy(() -> FileLock.exclusive(temp.resolve("no/lock")))
                .isInstanceOf(LinuxException.class);
    }
}
