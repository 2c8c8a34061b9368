package dev.slipway.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// A process decides once whether it has native methods, so what they do is checked in one of its
/// own.
class NativeMethodsTest {
    @TempDir Path directory;

    @Test
    void systemCalls_throughTheSharedObject() throws Exception {
        Path file = Files.write(directory.resolve("code.so"), SharedObject.bytes());
        assertEquals("loaded", start(file.toString(), "calls"));
    }

    @Test
    void sha256_equalsTheJdks() throws Exception {
        Path file = Files.write(directory.resolve("code.so"), SharedObject.bytes());
        String answer = start(file.toString(), "sha256");
        boolean has =
                Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)
                        .contains(" sha_ni ");
        assertEquals(has ? "native" : "jdk", answer);
    }

    @Test
    void missingFile_worksWithout() throws Exception {
        assertEquals("not loaded", start(directory.resolve("none").toString(), "calls"));
        assertEquals("jdk", start(directory.resolve("none").toString(), "sha256"));
    }

    @Test
    void fileOfAnotherMachine_worksWithout() throws Exception {
        Path file = Files.write(directory.resolve("c.so"), SharedObject.bytes(!Syscall.AARCH64));
        assertEquals("not loaded", start(file.toString(), "calls"));
    }

    @Test
    void file_isTheSameEveryTime() {
        assertArrayEquals(SharedObject.bytes(), SharedObject.bytes());
    }

    private String start(String file, String what) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xcheck:jni"));
        command.add("-D" + NativeMethods.PROPERTY + "=" + file);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(InAProcess.class.getName(), what));
        Path out = directory.resolve("out");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "did not end");
        String answer = Files.readString(out).strip();
        assertEquals(0, process.exitValue(), answer);
        return answer;
    }

    /// What [#start] runs.
    static final class InAProcess {
        private InAProcess() {}

        public static void main(String[] args) throws Exception {
            switch (args[0]) {
                case "calls" -> System.out.println(calls() ? "loaded" : "not loaded");
                case "sha256" -> System.out.println(sha256() ? "native" : "jdk");
                default -> throw new IllegalArgumentException(args[0]);
            }
        }

        /// Calls with every number of arguments, an error, and a function of libc.
        private static boolean calls() throws Exception {
            assertEquals(ProcessHandle.current().pid(), Host.pid());
            Path directory = Files.createTempDirectory("calls");
            try (Dir dir = Dir.open(directory)) {
                RawPath name = RawPath.of("file");
                int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT;
                try (Fd fd = dir.open(name, flags, 0600, Resolve.BENEATH);
                        Fd to = dir.open(RawPath.of("to"), flags, 0600, Resolve.BENEATH)) {
                    fd.write(new byte[] {1, 2, 3, 4}, 0, 4);
                    assertEquals(2, Fd.copyRange(fd, 1, to, 0, 2)); // six arguments
                    byte[] copied = new byte[4];
                    assertEquals(2, to.readAt(copied, 0, 4, 0));
                    assertArrayEquals(new byte[] {2, 3, 0, 0}, copied);
                }
                LinuxException e =
                        assertThrows(LinuxException.class, () -> dir.stat(RawPath.of("none")));
                assertEquals(Errno.ENOENT, e.errno());
                dir.unlink(name);
                dir.unlink(RawPath.of("to"));
            }
            Files.delete(directory);
            try (ChildProcess child =
                    new ProcessSpawn(
                                    "/bin/sh",
                                    List.of("sh", "-c", "exit $1", "sh", "7"),
                                    List.of("PATH=/bin:/usr/bin"))
                            .start()) {
                assertEquals(7, child.waitFor());
            }
            return NativeMethods.LOADED;
        }

        /// Every length around a block, pieces of all sizes, and more than a transfer buffer.
        private static boolean sha256() throws Exception {
            MessageDigest ours = Sha256.create();
            MessageDigest jdks = MessageDigest.getInstance("SHA-256");
            assertEquals(32, ours.getDigestLength());
            Random random = new Random(7);
            byte[] bytes = new byte[400_000];
            random.nextBytes(bytes);
            for (int length = 0; length < 300; length++) {
                byte[] part = Arrays.copyOf(bytes, length);
                assertArrayEquals(jdks.digest(part), ours.digest(part), length + " bytes");
            }
            for (int round = 0; round < 200; round++) {
                int at = 0;
                while (at < bytes.length) {
                    int n =
                            Math.min(
                                    bytes.length - at, 1 + random.nextInt(1 << random.nextInt(19)));
                    ours.update(bytes, at, n);
                    at += n;
                }
                ours.update((byte) round);
                jdks.update(bytes);
                jdks.update((byte) round);
                assertArrayEquals(jdks.digest(), ours.digest());
            }
            files(bytes);
            midstates(bytes);
            ours.update((byte) 1);
            ours.reset();
            assertArrayEquals(jdks.digest(), ours.digest());
            assertFalse(ours.getAlgorithm().isEmpty());
            return ours instanceof Sha256;
        }

        /// Ranges of a file, for one digest and for two that stand apart.
        private static void files(byte[] bytes) throws Exception {
            Path path = Files.write(Files.createTempFile("sha256", null), bytes);
            try (Fd file = Fd.open(path, OpenFlags.O_RDONLY, 0)) {
                for (int ahead : new int[] {0, 64, 512, 3}) {
                    for (int length : new int[] {0, 1, 63, 64, 65, 131_072, 131_073, 300_001}) {
                        int offset = bytes.length - length;
                        MessageDigest one = Sha256.create();
                        MessageDigest first = Sha256.create();
                        MessageDigest second = Sha256.create();
                        second.update(bytes, 0, ahead);
                        file.digest(one, offset, length);
                        file.digest(first, second, offset, length);
                        byte[] expected = jdks(bytes, 0, offset, length);
                        assertArrayEquals(expected, one.digest(), "one, " + length);
                        assertArrayEquals(expected, first.digest(), "first, " + length);
                        assertArrayEquals(
                                jdks(bytes, ahead, offset, length),
                                second.digest(),
                                "second, " + length + " after " + ahead);
                    }
                }
                MessageDigest digest = Sha256.create();
                assertThrows(EOFException.class, () -> file.digest(digest, 1, bytes.length));
            }
            Files.delete(path);
        }

        private static void midstates(byte[] bytes) throws Exception {
            for (int split : new int[] {0, 64, 131_072}) {
                MessageDigest digest = Sha256.create();
                digest.update(bytes, 0, split);
                byte[] midstate = Sha256.midstate(digest);
                assertEquals(digest instanceof Sha256, midstate != null);
                MessageDigest resumed =
                        midstate == null
                                ? Sha256.resume(new byte[32], split)
                                : Sha256.resume(midstate, split);
                assertEquals(midstate != null, resumed != null);
                if (resumed != null) {
                    digest.update((byte) 1);
                    assertNull(Sha256.midstate(digest));
                    resumed.update(bytes, split, 1000);
                    assertArrayEquals(jdks(bytes, 0, 0, split + 1000), resumed.digest());
                }
            }
            assertThrows(IllegalArgumentException.class, () -> Sha256.resume(new byte[31], 0));
            assertThrows(IllegalArgumentException.class, () -> Sha256.resume(new byte[32], 63));
        }

        private static byte[] jdks(byte[] bytes, int ahead, int offset, int length)
                throws Exception {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, ahead);
            digest.update(bytes, offset, length);
            return digest.digest();
        }
    }
}
