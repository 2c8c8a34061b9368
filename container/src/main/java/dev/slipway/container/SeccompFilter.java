package dev.slipway.container;

import dev.slipway.container.SeccompProfile.Abi;
import dev.slipway.container.SeccompProfile.Verdict;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;

/// Compiles [SeccompProfile] to a program for the kernel: classic BPF over `struct seccomp_data`;
/// seccomp(2).
///
/// The kernel runs it at every system call, so it searches the call's number by halves: some eight
/// comparisons. Calls of equal fate that follow each other are one range.
final class SeccompFilter {
    private static final int LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private static final int AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
    private static final int JUMP = 0x05; // BPF_JMP | BPF_JA
    private static final int JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private static final int JUMP_GREATER_EQUAL = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    private static final int RETURN = 0x06; // BPF_RET | BPF_K

    private static final int NUMBER_AT = 0;
    private static final int ARCH_AT = 4;
    private static final int ARGUMENT_0_AT = 16; // low half; both architectures are little-endian

    private static final int ALLOW = 0x7fff_0000;
    private static final int KILL_PROCESS = 0x8000_0000;
    private static final int ERRNO = 0x0005_0000;
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;

    /// `CLONE_NEW*` without time, as in Docker's profile.
    static final int NEW_NAMESPACES = 0x7e02_0000;

    static final int AF_VSOCK = 40;
    static final int[] PERSONALITIES = {0, 8, 0x2_0000, 0x2_0008, -1};

    private static final Map<Long, byte[]> COMPILED = new ConcurrentHashMap<>();

    private record Instruction(int code, int whenTrue, int whenFalse, int operand) {}

    private record Range(int from, Verdict verdict) {}

    private SeccompFilter() {}

    /// The program for this machine, as the kernel takes it: eight bytes an instruction. Not to be
    /// changed.
    ///
    /// @param capabilities what the container may have
    static byte[] compile(long capabilities) {
        return COMPILED.computeIfAbsent(capabilities, c -> compile(c, hostAbis()));
    }

    private static List<Abi> hostAbis() {
        return switch (System.getProperty("os.arch")) {
            case "aarch64" -> List.of(Abi.AARCH64, Abi.ARM);
            default -> List.of(Abi.X86_64, Abi.I386, Abi.X32);
        };
    }

    static byte[] compile(long capabilities, List<Abi> abis) {
        List<Instruction> program = new ArrayList<>();
        program.add(statement(LOAD_WORD, ARCH_AT));
        for (Abi abi : abis) {
            if (abi == Abi.X32) {
                continue; // with X86_64, whose number it has
            }
            List<Instruction> block = new ArrayList<>();
            block.add(statement(LOAD_WORD, NUMBER_AT));
            if (abi == Abi.X86_64 && abis.contains(Abi.X32)) {
                List<Instruction> native64 = search(capabilities, abi, 0);
                branch(block, SeccompProfile.X32_BIT, native64);
                block.addAll(native64);
                block.addAll(search(capabilities, Abi.X32, SeccompProfile.X32_BIT));
            } else {
                block.addAll(search(capabilities, abi, 0));
            }
            program.add(new Instruction(JUMP_EQUAL, 1, 0, abi.audit));
            program.add(statement(JUMP, block.size()));
            program.addAll(block);
        }
        program.add(statement(RETURN, KILL_PROCESS)); // no call of this machine
        return encode(program);
    }

    /// Code that ends with the fate of the number in the accumulator.
    private static List<Instruction> search(long capabilities, Abi abi, int offset) {
        SortedMap<Integer, Verdict> verdicts = SeccompProfile.verdicts(capabilities, abi);
        List<Range> ranges = new ArrayList<>();
        int next = 0;
        for (Map.Entry<Integer, Verdict> entry : verdicts.entrySet()) {
            int number = entry.getKey();
            if (number > next) {
                append(ranges, new Range(offset + next, Verdict.DENY));
            }
            append(ranges, new Range(offset + number, entry.getValue()));
            next = number + 1;
        }
        append(ranges, new Range(offset + next, Verdict.UNKNOWN));
        return search(ranges);
    }

    private static void append(List<Range> ranges, Range range) {
        if (ranges.isEmpty() || ranges.getLast().verdict != range.verdict) {
            ranges.add(range);
        }
    }

    private static List<Instruction> search(List<Range> ranges) {
        if (ranges.size() == 1) {
            return verdict(ranges.getFirst().verdict);
        }
        int middle = ranges.size() / 2;
        List<Instruction> lower = search(ranges.subList(0, middle));
        List<Instruction> code = new ArrayList<>();
        branch(code, ranges.get(middle).from, lower);
        code.addAll(lower);
        code.addAll(search(ranges.subList(middle, ranges.size())));
        return code;
    }

    /// Skips `lower`, which follows, if the number is at least `from`. A conditional jump reaches
    /// 255 instructions.
    private static void branch(List<Instruction> code, int from, List<Instruction> lower) {
        if (lower.size() <= 255) {
            code.add(new Instruction(JUMP_GREATER_EQUAL, lower.size(), 0, from));
        } else {
            code.add(new Instruction(JUMP_GREATER_EQUAL, 0, 1, from));
            code.add(statement(JUMP, lower.size()));
        }
    }

    private static List<Instruction> verdict(Verdict verdict) {
        Instruction deny = statement(RETURN, ERRNO | EPERM);
        Instruction allow = statement(RETURN, ALLOW);
        return switch (verdict) {
            case ALLOW -> List.of(allow);
            case DENY -> List.of(deny);
            case UNKNOWN, CLONE3 -> List.of(statement(RETURN, ERRNO | ENOSYS));
            case CLONE ->
                    List.of(
                            statement(LOAD_WORD, ARGUMENT_0_AT),
                            statement(AND, NEW_NAMESPACES),
                            new Instruction(JUMP_EQUAL, 0, 1, 0),
                            allow,
                            deny);
            case SOCKET ->
                    // The kernel looks at the low half of this int only.
                    List.of(
                            statement(LOAD_WORD, ARGUMENT_0_AT),
                            new Instruction(JUMP_EQUAL, 1, 0, AF_VSOCK),
                            allow,
                            deny);
            case PERSONALITY -> {
                List<Instruction> code = new ArrayList<>();
                code.add(statement(LOAD_WORD, ARGUMENT_0_AT));
                for (int i = 0; i < PERSONALITIES.length; i++) {
                    int toAllow = PERSONALITIES.length - i;
                    code.add(new Instruction(JUMP_EQUAL, toAllow, 0, PERSONALITIES[i]));
                }
                code.add(deny);
                code.add(allow);
                yield code;
            }
        };
    }

    private static Instruction statement(int code, int operand) {
        return new Instruction(code, 0, 0, operand);
    }

    private static byte[] encode(List<Instruction> program) {
        ByteBuffer bytes = ByteBuffer.allocate(program.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction instruction : program) {
            bytes.putShort((short) instruction.code);
            bytes.put((byte) instruction.whenTrue).put((byte) instruction.whenFalse);
            bytes.putInt(instruction.operand);
        }
        return bytes.array();
    }
}
