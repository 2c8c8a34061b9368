package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Platform;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Handlers as `/proc/sys/fs/binfmt_misc` shows them.
class BinfmtTest {
    private static final String AARCH64 =
            """
            magic 7f454c460201010000000000000000000200b700
            mask ffffffffffffff00fffffffffffffffffeffffff
            """;
    private static final Platform ARM64 = Platform.of("linux", "arm64");

    @TempDir Path handlers;

    private Path handler(String name, String text) throws IOException {
        return Files.writeString(handlers.resolve(name), text);
    }

    private static void needForeignArm() {
        Assumptions.assumeFalse(Platform.host().equals(ARM64), "this machine is arm64 itself");
    }

    @Test
    void answer_ownPlatform_runs() {
        assertThat(Binfmt.answer(Platform.host(), handlers)).isEqualTo(Binfmt.Answer.RUNS);
    }

    @Test
    void answer_handlerUnderAnyName_runs() throws IOException {
        needForeignArm();
        handler("status", "enabled\n");
        handler(
                "whatever",
                "enabled\ninterpreter /usr/bin/emulator\nflags: OCF\noffset 0\n" + AARCH64);
        assertThat(Binfmt.answer(ARM64, handlers)).isEqualTo(Binfmt.Answer.RUNS);
        assertThat(Binfmt.answer(Platform.of("linux", "s390x"), handlers))
                .isEqualTo(Binfmt.Answer.REFUSES);
    }

    @Test
    void answer_withoutFlagF_needsTheEmulatorInside() throws IOException {
        needForeignArm();
        handler("qemu-aarch64", "enabled\ninterpreter /q\nflags: \noffset 0\n" + AARCH64);
        assertThat(Binfmt.answer(ARM64, handlers)).isEqualTo(Binfmt.Answer.NEEDS_EMULATOR_INSIDE);
    }

    @Test
    void answer_disabledOrOtherOrNothing_refuses() throws IOException {
        needForeignArm();
        assertThat(Binfmt.answer(ARM64, handlers.resolve("none"))).isEqualTo(Binfmt.Answer.REFUSES);
        handler("qemu-aarch64", "disabled\ninterpreter /q\nflags: F\noffset 0\n" + AARCH64);
        handler("python", "enabled\ninterpreter /p\nflags: F\nextension .py\n");
        assertThat(Binfmt.answer(ARM64, handlers)).isEqualTo(Binfmt.Answer.REFUSES);
        assertThat(Binfmt.answer(Platform.of("windows", "amd64"), handlers))
                .isEqualTo(Binfmt.Answer.REFUSES);
    }
}
