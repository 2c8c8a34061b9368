package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

class DurableTest {
    @TempDir Path temp;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void write_replacesAndLeavesNothingElse() throws IOException {
        Path target = temp.resolve("t\u00e9xt");
        Durable.write(target, bytes("one"));
        Durable.write(target, bytes("two"));
        assertThat(target).hasContent("two");
        assertThat(Objects.requireNonNull(temp.toFile().list())).hasSize(1);
    }

    @Test
    void write_ontoDirectory_failsAndLeavesNothing() throws IOException {
        Path target = Files.createDirectory(temp.resolve("dir"));
        assertThatThrownBy(() -> Durable.write(target, bytes("x")))
                .isInstanceOf(LinuxException.class);
        assertThat(Objects.requireNonNull(temp.toFile().list())).containsExactly("dir");
    }

    @Test
    void sync_works() throws IOException {
        Durable.syncDirectory(temp);
        Durable.syncFileSystem(temp);
    }
}
