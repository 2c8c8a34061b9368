package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

class FdTest {
    private static final int CREATE = OpenFlags.O_RDWR | OpenFlags.O_CREAT;

    @TempDir Path temp;

    @Test
    void writeThenRead_largerThanTheTransferBuffer() throws IOException {
        byte[] content = new byte[Native.TRANSFER_BYTES * 3 + 17];
        new Random(1).nextBytes(content);
        Path file = temp.resolve("f");
        try (Fd fd = Fd.open(file, CREATE, 0600)) {
            fd.write(content, 0, content.length);
            fd.sync();
            fd.seek(0);
            assertThat(fd.inputStream().readAllBytes()).isEqualTo(content);
            byte[] part = new byte[10];
            assertThat(fd.readAt(part, 2, 5, 100)).isEqualTo(5);
            assertThat(part).containsSubsequence(content[100], content[104]);
            assertThat(fd.readAt(part, 0, 5, content.length)).isEqualTo(-1);
        }
        assertThat(file).hasBinaryContent(content);
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }

    @Test
    void sparseFile_showsItsHoles() throws IOException {
        long hole = 1L << 33; // past 8 GiB
        try (Fd fd = Fd.open(temp.resolve("sparse"), CREATE, 0600)) {
            fd.seek(hole);
            fd.write(new byte[] {1}, 0, 1);
            fd.truncate(hole * 2);
            assertThat(fd.stat().size()).isEqualTo(hole * 2);
            assertThat(fd.stat().blocks()).isLessThan(1000);
            assertThat(fd.seekData(0)).isEqualTo(hole);
            assertThat(fd.seekHole(hole)).isBetween(hole + 1, hole + (1 << 20));
            assertThat(fd.seekData(hole + (1 << 20))).isEqualTo(-1);
            assertThat(fd.seekHole(hole * 2)).isEqualTo(-1);
        }
    }

    @Test
    void copyRange_copiesAndStopsAtTheEnd() throws IOException {
        Path source = Files.writeString(temp.resolve("source"), "hello world");
        try (Fd from = Fd.open(source, OpenFlags.O_RDONLY, 0);
                Fd to = Fd.open(temp.resolve("to"), CREATE, 0600)) {
            assertThat(Fd.copyRange(from, 6, to, 2, 100)).isEqualTo(5);
        }
        assertThat(temp.resolve("to")).hasContent("\0\0world");
    }

    @Test
    void cloneFrom_sharesOrSaysNo() throws IOException {
        Path source = Files.writeString(temp.resolve("source"), "hello");
        try (Fd from = Fd.open(source, OpenFlags.O_RDONLY, 0);
                Fd to = Fd.open(temp.resolve("to"), CREATE, 0600)) {
            boolean cloned = to.cloneFrom(from);
            assertThat(temp.resolve("to")).hasContent(cloned ? "hello" : "");
        }
    }

    @Test
    void afterClose_everyCallFails() throws IOException {
        Fd fd = Fd.open(temp.resolve("f"), CREATE, 0600);
        fd.close();
        fd.close();
        assertThat(fd.number()).isEqualTo(-1);
        assertThatThrownBy(fd::stat)
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
    }
}
