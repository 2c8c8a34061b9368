package dev.slipway.linux;

import java.util.List;

/// The instructions of SHA-256's compression on an x86-64 that has SHA extensions; FIPS 180-4, 6.2,
/// arranged as Intel's "Intel SHA Extensions" (2013) explains.
///
/// As a C function: `void sha256(JNIEnv *, jclass, uint32_t state[8], const uint8_t *data, long
/// blocks)`; and one for two states that take in the same blocks, one behind the other in memory.
/// Rounds wait for each other, so that the second's fill the gaps of the first's, and the message
/// words are made once: two digests in little more than the time of one.
///
/// The eight words of state are kept as two vectors, ABEF and CDGH, as `sha256rnds2` takes them. A
/// group of four rounds uses one vector of message words; the next but three is made beside it, by
/// `sha256msg1` and `sha256msg2`.
final class Sha256Code {
    private static final int ROUNDS = 64;
    private static final int WORDS_AT_ONCE = 4;
    private static final int GROUPS = ROUNDS / WORDS_AT_ONCE;
    private static final int VECTOR_BYTES = 16;

    private static final int RAX = 0; // the table
    private static final int RCX = 1; // data
    private static final int RDX = 2; // state

    private static final int WK = 0; // xmm0, which sha256rnds2 reads unnamed
    private static final int MESSAGE = 3; // to 6
    private static final int SCRATCH = 7;
    private static final int SWAP = 8;

    private static final int STATE_BYTES = 32;

    /// Where a state is.
    ///
    /// @param offset in memory
    /// @param oldAbef what `abef` was before the block
    private record State(int offset, int abef, int cdgh, int oldAbef, int oldCdgh) {}

    private static final State FIRST = new State(0, 1, 2, 9, 10);
    private static final State SECOND = new State(STATE_BYTES, 11, 12, 13, 14);

    private static final int NONE = 0;
    private static final int P66 = 0x66;
    private static final int PF3 = 0xf3;

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static final int[] K = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
        0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
        0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
        0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
        0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
        0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
        0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
        0xc67178f2
    };

    private static final String TABLE = "sha256 table";

    private final Assembler a;
    private final List<State> states;

    private Sha256Code(Assembler a, List<State> states) {
        this.a = a;
        this.states = states;
    }

    /// Appends the table that all functions use.
    static void appendTable(Assembler a) {
        a.align(VECTOR_BYTES, 0);
        a.label(TABLE);
        for (int k : K) {
            a.word(k);
        }
        a.longWord(0x0405060700010203L).longWord(0x0c0d0e0f08090a0bL); // swaps bytes in words
    }

    /// Appends the function for one state under the label `name`.
    static void append(Assembler a, String name) {
        new Sha256Code(a, List.of(FIRST)).function(name);
    }

    /// Appends the function for two states under the label `name`.
    static void appendTwice(Assembler a, String name) {
        new Sha256Code(a, List.of(FIRST, SECOND)).function(name);
    }

    private void function(String name) {
        a.align(64, 0);
        a.label(name);
        a.bytes("4d 85 c0"); // test r8, r8
        a.jump32("0f 84", name + " end"); // jz end
        a.jump32("48 8d 05", TABLE); // lea rax, [rip + table]
        load(SWAP, RAX, ROUNDS * 4);
        for (State state : states) {
            load(state);
        }
        a.label(name + " block");
        for (State state : states) {
            move(state.oldAbef, state.abef);
            move(state.oldCdgh, state.cdgh);
        }
        for (int group = 0; group < GROUPS; group++) {
            rounds(group);
        }
        for (State state : states) {
            registers(P66, "fe", state.abef, state.oldAbef); // paddd
            registers(P66, "fe", state.cdgh, state.oldCdgh);
        }
        a.bytes("48 83 c1 40"); // add rcx, 64
        a.bytes("49 ff c8"); // dec r8
        a.jump32("0f 85", name + " block"); // jnz block
        for (State state : states) {
            store(state);
        }
        a.label(name + " end");
        a.bytes("c3"); // ret
    }

    private void rounds(int group) {
        int words = message(group);
        if (group < WORDS_AT_ONCE) {
            load(words, RCX, group * VECTOR_BYTES);
            registers(P66, "38 00", words, SWAP); // pshufb
        }
        move(WK, words);
        memory(P66, "fe", WK, RAX, group * VECTOR_BYTES); // paddd
        for (State state : states) {
            registers(NONE, "38 cb", state.cdgh, state.abef); // sha256rnds2
        }
        if (group >= 3 && group < GROUPS - 1) {
            int next = message(group + 1);
            move(SCRATCH, words);
            registers(P66, "3a 0f", SCRATCH, message(group - 1)).oneByte(4); // palignr
            registers(P66, "fe", next, SCRATCH); // paddd
            registers(NONE, "38 cd", next, words); // sha256msg2
        }
        registers(P66, "70", WK, WK).oneByte(0x0e); // pshufd
        for (State state : states) {
            registers(NONE, "38 cb", state.abef, state.cdgh); // sha256rnds2
        }
        if (group >= 1 && group < GROUPS - 3) {
            registers(NONE, "38 cc", message(group - 1), words); // sha256msg1
        }
    }

    private static int message(int group) {
        return MESSAGE + group % WORDS_AT_ONCE;
    }

    private void load(State state) {
        load(SCRATCH, RDX, state.offset); // DCBA
        load(state.cdgh, RDX, state.offset + VECTOR_BYTES); // HGFE
        registers(P66, "70", SCRATCH, SCRATCH).oneByte(0xb1); // pshufd: CDAB
        registers(P66, "70", state.cdgh, state.cdgh).oneByte(0x1b); // pshufd: EFGH
        move(state.abef, SCRATCH);
        registers(P66, "3a 0f", state.abef, state.cdgh).oneByte(8); // palignr
        registers(P66, "3a 0e", state.cdgh, SCRATCH).oneByte(0xf0); // pblendw
    }

    private void store(State state) {
        registers(P66, "70", SCRATCH, state.abef).oneByte(0x1b); // pshufd: FEBA
        registers(P66, "70", state.cdgh, state.cdgh).oneByte(0xb1); // pshufd: DCHG
        move(state.abef, SCRATCH);
        registers(P66, "3a 0e", state.abef, state.cdgh).oneByte(0xf0); // pblendw: DCBA
        registers(P66, "3a 0f", state.cdgh, SCRATCH).oneByte(8); // palignr: HGFE
        memory(PF3, "7f", state.abef, RDX, state.offset); // movdqu
        memory(PF3, "7f", state.cdgh, RDX, state.offset + VECTOR_BYTES);
    }

    private void move(int to, int from) {
        registers(P66, "6f", to, from); // movdqa
    }

    private void load(int to, int base, int offset) {
        memory(PF3, "6f", to, base, offset); // movdqu
    }

    /// An instruction `0f OPCODE` on two vector registers.
    private Assembler registers(int prefix, String opcode, int reg, int rm) {
        opcode(prefix, opcode, reg, rm);
        return a.oneByte(0xc0 | ((reg & 7) << 3) | (rm & 7));
    }

    /// An instruction `0f OPCODE` on a vector register and memory at `base + offset`.
    private void memory(int prefix, String opcode, int reg, int base, int offset) {
        opcode(prefix, opcode, reg, base);
        a.oneByte(0x80 | ((reg & 7) << 3) | base).word(offset);
    }

    private void opcode(int prefix, String opcode, int reg, int rm) {
        if (prefix != NONE) {
            a.oneByte(prefix);
        }
        int rex = 0x40 | (reg >= 8 ? 4 : 0) | (rm >= 8 ? 1 : 0);
        if (rex != 0x40) {
            a.oneByte(rex);
        }
        a.bytes("0f").bytes(opcode);
    }
}
