package dev.slipway.linux;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Collects machine code and fills in the distances of jumps.
final class Assembler {
    private enum Kind {
        /// x86: a signed byte, counted from the end of the instruction.
        BYTE,
        /// x86: a signed 32-bit number, counted from the end of the instruction.
        INT,
        /// aarch64: 19 bits at bit 5, in words.
        WORDS_19,
        /// aarch64: 26 bits at bit 0, in words.
        WORDS_26
    }

    private record Jump(int at, Kind kind, String label) {}

    private byte[] code = new byte[512];
    private int size;
    private final Map<String, Integer> labels = new HashMap<>();
    private final List<Jump> jumps = new ArrayList<>();

    int position() {
        return size;
    }

    /// Where `label` is.
    int position(String label) {
        Integer at = labels.get(label);
        if (at == null) {
            throw new IllegalStateException("no label " + label);
        }
        return at;
    }

    Assembler oneByte(int value) {
        if (size == code.length) {
            code = Arrays.copyOf(code, size * 2);
        }
        code[size++] = (byte) value;
        return this;
    }

    Assembler bytes(String hex) {
        for (byte b : HexFormat.of().parseHex(hex.replace(" ", ""))) {
            oneByte(b);
        }
        return this;
    }

    Assembler word(int value) {
        return oneByte(value).oneByte(value >> 8).oneByte(value >> 16).oneByte(value >> 24);
    }

    Assembler longWord(long value) {
        return word((int) value).word((int) (value >> 32));
    }

    Assembler label(String name) {
        labels.put(name, size);
        return this;
    }

    Assembler jump8(String opcode, String label) {
        bytes(opcode);
        jumps.add(new Jump(size, Kind.BYTE, label));
        return oneByte(0);
    }

    /// As [#jump8], for what is further away; also for an address relative to the instruction.
    Assembler jump32(String opcode, String label) {
        bytes(opcode);
        jumps.add(new Jump(size, Kind.INT, label));
        return word(0);
    }

    /// Fills up with `filler` to a multiple of `alignment`.
    Assembler align(int alignment, int filler) {
        while (size % alignment != 0) {
            oneByte(filler);
        }
        return this;
    }

    Assembler branch19(int instruction, String label) {
        jumps.add(new Jump(size, Kind.WORDS_19, label));
        return word(instruction);
    }

    Assembler branch26(String label) {
        jumps.add(new Jump(size, Kind.WORDS_26, label));
        return word(0x14000000); // b
    }

    byte[] finish() {
        for (Jump jump : jumps) {
            int distance = position(jump.label) - jump.at;
            switch (jump.kind) {
                case BYTE ->
                        code[jump.at] =
                                Math.toIntExact(distance - 1) == (byte) (distance - 1)
                                        ? (byte) (distance - 1)
                                        : tooFar(jump);
                case INT -> or(jump.at, distance - 4);
                case WORDS_19 -> or(jump.at, (distance / 4 & 0x7ffff) << 5);
                case WORDS_26 -> or(jump.at, distance / 4 & 0x3ffffff);
            }
        }
        return Arrays.copyOf(code, size);
    }

    private static byte tooFar(Jump jump) {
        throw new IllegalStateException("too far to " + jump.label);
    }

    private void or(int at, int bits) {
        for (int i = 0; i < 4; i++) {
            code[at + i] |= (byte) (bits >> (8 * i));
        }
    }
}
