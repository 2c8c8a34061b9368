package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.container.SeccompProfile.Abi;
import dev.slipway.linux.Capabilities;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Runs compiled filters as the kernel would.
class SeccompFilterTest {
    private static final int ALLOW = 0x7fff_0000;
    private static final int EPERM = 0x0005_0001;
    private static final int ENOSYS = 0x0005_0026;
    private static final int KILL = 0x8000_0000;
    private static final long NONE = 0;
    private static final long ADMIN = Capabilities.bit("SYS_ADMIN");

    private static int run(long capabilities, Abi abi, int number, long... arguments) {
        List<Abi> abis =
                abi == Abi.AARCH64 || abi == Abi.ARM
                        ? List.of(Abi.AARCH64, Abi.ARM)
                        : List.of(Abi.X86_64, Abi.I386, Abi.X32);
        int full = abi == Abi.X32 ? number | SeccompProfile.X32_BIT : number;
        return evaluate(SeccompFilter.compile(capabilities, abis), abi.audit, full, arguments);
    }

    private static int evaluate(byte[] filter, int arch, int number, long... arguments) {
        ByteBuffer program = ByteBuffer.wrap(filter).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0, number).putInt(4, arch);
        for (int i = 0; i < arguments.length; i++) {
            data.putLong(16 + 8 * i, arguments[i]);
        }
        int accumulator = 0;
        for (int at = 0; ; at++) {
            int code = program.getShort(at * 8);
            int whenTrue = Byte.toUnsignedInt(program.get(at * 8 + 2));
            int whenFalse = Byte.toUnsignedInt(program.get(at * 8 + 3));
            int operand = program.getInt(at * 8 + 4);
            switch (code) {
                case 0x20 -> accumulator = data.getInt(operand);
                case 0x54 -> accumulator &= operand;
                case 0x05 -> at += operand;
                case 0x15 -> at += accumulator == operand ? whenTrue : whenFalse;
                case 0x35 ->
                        at +=
                                Integer.compareUnsigned(accumulator, operand) >= 0
                                        ? whenTrue
                                        : whenFalse;
                case 0x06 -> {
                    return operand;
                }
                default -> throw new AssertionError("instruction " + code);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Abi.class)
    void compile_everyCall_hasTheVerdictOfTheTable(Abi abi) {
        var verdicts = SeccompProfile.verdicts(NONE, abi);
        int last = verdicts.lastKey();
        for (int number = 0; number <= Math.min(last, 1000); number++) {
            var verdict = verdicts.getOrDefault(number, SeccompProfile.Verdict.DENY);
            int expected =
                    switch (verdict) {
                        case ALLOW, CLONE, SOCKET, PERSONALITY -> ALLOW;
                        case DENY -> EPERM;
                        case CLONE3, UNKNOWN -> ENOSYS;
                    };
            assertThat(run(NONE, abi, number)).as(abi + " " + number).isEqualTo(expected);
        }
        assertThat(run(NONE, abi, last + 1)).isEqualTo(ENOSYS);
    }

    @ParameterizedTest
    @CsvSource({
        "X86_64, 165",
        "I386, 21",
        "X32, 165",
        "AARCH64, 40",
        "ARM, 21", // mount
        "X86_64, 272",
        "I386, 310",
        "AARCH64, 97", // unshare
        "X86_64, 308",
        "AARCH64, 268", // setns
    })
    void mountAndKin_needSysAdmin(Abi abi, int number) {
        assertThat(run(NONE, abi, number)).isEqualTo(EPERM);
        assertThat(run(ADMIN, abi, number)).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @CsvSource({"250", "248", "249", "425", "426", "427", "246", "320", "169", "304", "312", "323"})
    void keyctlIoUringKexecRebootAndKin_areDenied(int number) {
        assertThat(run(NONE, Abi.X86_64, number)).isEqualTo(EPERM);
    }

    @Test
    void clone_newNamespaces_isDenied() {
        for (long flag :
                new long[] {
                    0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
                }) {
            assertThat(run(NONE, Abi.X86_64, 56, flag | 17)).isEqualTo(EPERM);
            assertThat(run(NONE, Abi.I386, 120, flag | 17)).isEqualTo(EPERM);
            assertThat(run(ADMIN, Abi.X86_64, 56, flag | 17)).isEqualTo(ALLOW);
        }
        assertThat(run(NONE, Abi.X86_64, 56, 0x3d0f00)).isEqualTo(ALLOW); // a thread
        assertThat(run(NONE, Abi.X86_64, 435)).isEqualTo(ENOSYS); // clone3
    }

    @Test
    void socket_vsock_isDenied() {
        assertThat(run(NONE, Abi.X86_64, 41, 40)).isEqualTo(EPERM);
        assertThat(run(NONE, Abi.X86_64, 41, 0x1_0000_0028L)).isEqualTo(EPERM);
        assertThat(run(NONE, Abi.X86_64, 41, 2)).isEqualTo(ALLOW);
    }

    @Test
    void personality_onlyHarmlessOnes() {
        for (long allowed : new long[] {0, 8, 0x20000, 0x20008, 0xffff_ffffL}) {
            assertThat(run(NONE, Abi.X86_64, 135, allowed)).isEqualTo(ALLOW);
        }
        assertThat(run(NONE, Abi.X86_64, 135, 0x40000))
                .isEqualTo(EPERM); // no address randomisation
    }

    @Test
    void otherArchitectures_areKilled() {
        byte[] filter = SeccompFilter.compile(NONE, List.of(Abi.X86_64, Abi.I386, Abi.X32));
        assertThat(evaluate(filter, Abi.AARCH64.audit, 0)).isEqualTo(KILL);
    }

    @Test
    void number_beyondEverything_isUnknown() {
        assertThat(run(NONE, Abi.X86_64, -1)).isEqualTo(ENOSYS);
        assertThat(run(NONE, Abi.X86_64, 0x3fff_ffff)).isEqualTo(ENOSYS);
    }

    @Test
    void compile_size_fitsTheKernel() {
        assertThat(SeccompFilter.compile(NONE, List.of(Abi.X86_64, Abi.I386, Abi.X32)).length / 8)
                .isLessThan(4096);
    }
}
