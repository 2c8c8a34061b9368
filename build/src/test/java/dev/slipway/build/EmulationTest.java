package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.image.Platform;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Commands of another processor, run by Debian's `qemu-user-static` through binfmt_misc.
class EmulationTest {
    private static final Path EMULATOR = Path.of("/usr/bin/qemu-aarch64-static");
    private static final Platform ARM64 = Platform.of("linux", "arm64");
    private static final String NAME = "slipway-test-" + ProcessHandle.current().pid();
    private static final String MAGIC =
            "\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00";
    private static final String MASK =
            "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff";

    @TempDir Path directory;
    private Bench bench;

    @BeforeEach
    void register() throws Exception {
        bench = Bench.asRoot(directory);
        Assumptions.assumeTrue(
                Files.exists(EMULATOR) || System.getenv("CI") != null, "needs " + EMULATOR);
        Assumptions.assumeTrue(
                Binfmt.answer(ARM64) == Binfmt.Answer.REFUSES, "arm64 runs here already");
        if (!Files.exists(Binfmt.REGISTERED.resolve("register"))) {
            new ProcessBuilder("mount", "-t", "binfmt_misc", "none", Binfmt.REGISTERED.toString())
                    .start()
                    .waitFor();
        }
        Assumptions.assumeTrue(
                Files.isWritable(Binfmt.REGISTERED.resolve("register")),
                "binfmt_misc cannot be mounted here");
        Files.write(directory.resolve("context/mkdir"), program());
        directory.resolve("context/mkdir").toFile().setExecutable(true);
    }

    private static void turnOn() throws IOException {
        var line = ":" + NAME + ":M::" + MAGIC + ":" + MASK + ":" + EMULATOR + ":F";
        Files.write(
                Binfmt.REGISTERED.resolve("register"), line.getBytes(StandardCharsets.ISO_8859_1));
    }

    @AfterEach
    void unregister() throws IOException {
        var handler = Binfmt.REGISTERED.resolve(NAME);
        if (Files.exists(handler)) {
            Files.writeString(handler, "-1");
        }
        if (bench != null) {
            bench.close();
        }
    }

    /// A program for 64-bit ARM that makes the directory `/made` and ends: `elf(5)`.
    private static byte[] program() {
        var code = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
        long base = 0x400000;
        int headers = 64 + 56;
        code.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        code.putShort((short) 2).putShort((short) 183).putInt(1); // EXEC, AARCH64
        code.putLong(base + headers).putLong(64).putLong(0).putInt(0);
        code.putShort((short) 64).putShort((short) 56).putShort((short) 1);
        code.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        code.putInt(1).putInt(5).putLong(0).putLong(base).putLong(base); // LOAD, R+X
        code.putLong(headers + 38).putLong(headers + 38).putLong(0x1000);
        code.putInt(0x92800C60); // mov x0, #-100 (AT_FDCWD)
        code.putInt(0x100000E1); // adr x1, path
        code.putInt(0xD2803DA2); // mov x2, #0755
        code.putInt(0xD2800448); // mov x8, #34 (mkdirat)
        code.putInt(0xD4000001); // svc #0
        code.putInt(0xD2800000); // mov x0, #0
        code.putInt(0xD2800BA8); // mov x8, #93 (exit)
        code.putInt(0xD4000001); // svc #0
        code.put("/made\0".getBytes(StandardCharsets.US_ASCII));
        var bytes = new byte[code.position()];
        code.flip().get(bytes);
        return bytes;
    }

    private BuildResult build() throws Exception {
        return bench.build(
                """
                FROM scratch
                COPY mkdir /mkdir
                RUN ["/mkdir"]
                """,
                r -> r.platform(ARM64));
    }

    @Test
    void run_foreign_worksWhileAnEmulatorIsRegistered_andItsResultAfterwards() throws Exception {
        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(this::build)
                .satisfies(
                        e -> assertThat(SourceLines.placeOf(e.source())).isEqualTo("Dockerfile:3"));
        turnOn();
        var result = build();
        assertThat(bench.config(result).platform()).isEqualTo(ARM64);
        assertThat(bench.entry(result, "made").isDirectory()).isTrue();
        Files.writeString(Binfmt.REGISTERED.resolve(NAME), "-1");
        assertThat(Binfmt.answer(ARM64)).isEqualTo(Binfmt.Answer.REFUSES);
        assertThat(build().manifest()).isEqualTo(result.manifest());
        assertThat(bench.made()).isEqualTo(List.of());
    }
}
